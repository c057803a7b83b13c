/**
 * The executed notebook as it grows.
 */
import { ExecutedNotebook } from '../../src/jobs/document';
import type { IOutput } from '../../src/jobs/frames';

const printed = (text: string): IOutput => ({ output_type: 'stream', name: 'stdout', text });
const shown = (data: string): IOutput => ({ output_type: 'display_data', data, metadata: {} });

function notebook(): ExecutedNotebook {
  const document = new ExecutedNotebook();
  document.load({ cells: [{ cell_type: 'code', source: ['a\n', 'b'] }] });
  return document;
}

function print(document: ExecutedNotebook, text: string): void {
  document.apply({ type: 'output', cell: 0, output: printed(text), seq: 1 });
}

describe('ExecutedNotebook', () => {
  it('joins what is printed in a row', () => {
    const document = notebook();

    print(document, 'one\n');
    print(document, 'two\n');

    expect(document.cells[0]!.outputs).toEqual([printed('one\ntwo\n')]);
  });

  it('keeps only the last state of a progress bar', () => {
    const document = notebook();

    print(document, 'begin\n\r1/3');
    print(document, '\r2/3');
    print(document, '\r3/3\r\n');

    expect(document.cells[0]!.outputs).toEqual([printed('begin\n3/3\r\n')]);
  });

  it.each([
    ['grows', 30_000],
    ['is at rest', 100_000]
  ])(
    'keeps the end of a huge stream that %s, whole lines of it, and counts the rest',
    (how, most) => {
      const document = notebook();
      const text = 'a line of text\n'.repeat(20_000);

      if (how === 'grows') {
        print(document, text);
      } else {
        document.load({ cells: [{ cell_type: 'code', source: '', outputs: [printed(text)] }] });
      }

      const [cell] = document.cells;
      const kept = String(cell!.outputs[0]!['text']);
      expect(most - kept.length).toBeGreaterThanOrEqual(0);
      expect(most - kept.length).toBeLessThan(20);
      expect(kept.startsWith('a line')).toBe(true);
      expect(cell!.dropped).toBe(text.length - kept.length);
    }
  );

  it('updates a display by its id, and leaves the others as they are', () => {
    const document = notebook();
    const plain = shown('plain');
    document.apply({ type: 'output', cell: 0, output: plain, seq: 1 });
    document.apply({ type: 'output', cell: 0, output: shown('1'), display_id: 'd', seq: 2 });

    document.apply({ type: 'update_display', display_id: 'd', data: '2', metadata: {}, seq: 3 });
    document.apply({ type: 'update_display', display_id: 'd', data: '3', metadata: {}, seq: 4 });

    expect(document.cells[0]!.outputs).toEqual([plain, shown('3')]);
    expect(document.cells[0]!.outputs[0]).toBe(plain);
  });

  it('forgets what a cell put out when it clears it', () => {
    const document = notebook();
    print(document, 'one');

    document.apply({ type: 'clear_output', cell: 0, seq: 2 });

    expect(document.cells[0]!.outputs).toEqual([]);
  });

  it('takes the state anew', () => {
    const document = notebook();
    print(document, 'old');
    const outputs = [{ ...printed('tail'), cut: 40 }];
    const times = { started_at: null, seconds: null };
    const begun = { index: 0, id: null, status: 'running', execution_count: 3 } as const;

    document.apply({ type: 'state', cells: [{ ...begun, ...times, outputs }], seq: 5 });

    const [cell] = document.cells;
    expect([cell!.count, cell!.dropped]).toEqual([3, 40]);
    expect(cell!.outputs).toEqual([printed('tail')]);
  });

  it('updates a display that it knows from the state', () => {
    const document = notebook();
    const times = { started_at: null, seconds: null };
    const begun = { index: 0, id: null, status: 'running', execution_count: 3 } as const;
    const outputs = [{ ...shown('1'), display_id: 'd' }];
    document.apply({ type: 'state', cells: [{ ...begun, ...times, outputs }], seq: 5 });

    document.apply({ type: 'update_display', display_id: 'd', data: '2', metadata: {}, seq: 6 });

    expect(document.cells[0]!.outputs).toMatchObject([shown('2')]);
  });
});
