/**
 * A comparison shows the answer that was asked for last, and keeps what it knew.
 */
import type { IPairedNotebooks } from '../../src/comparing/live';
import { LiveComparison } from '../../src/comparing/live';
import { aligned } from '../../src/comparing/pairs';
import { keyOf, subjectOf } from '../../src/comparing/subject';
import { code, notebook } from './notebooks';

const side = (label: string): IPairedNotebooks['base'] => ({
  label,
  id: null,
  path: null,
  hash: null,
  created_at: null
});

function answer(text: string): IPairedNotebooks {
  const pairs = aligned(notebook([code('a', '1')]), notebook([code('a', text)]));
  return { base: side('before'), remote: side('after'), pairs };
}

const shown = (live: LiveComparison): string | undefined =>
  live.compared?.cells[0]?.source.map(({ remote }) => remote?.text).join('\n');

describe('LiveComparison', () => {
  it('asks for outputs when they are wanted', async () => {
    const requests: boolean[] = [];
    const live = new LiveComparison('x', hasOutputs => {
      requests.push(hasOutputs);
      return Promise.resolve(answer('2'));
    });
    await live.ready;

    const isShown = live.showOutputs(true);
    expect(live.isBusy).toBe(true);
    await isShown;

    expect(live.isBusy).toBe(false);
    expect([requests, live.hasOutputs, live.sides?.remote.label]).toEqual([
      [false, true],
      true,
      'after'
    ]);
  });

  it('shows the last answer that was asked for, whichever comes last', async () => {
    const answers: Array<(paired: IPairedNotebooks) => void> = [];
    const live = new LiveComparison('x', () => new Promise(resolve => answers.push(resolve)));
    const second = live.refresh();

    answers[1]!(answer('second'));
    await second;
    answers[0]!(answer('first'));
    await live.ready;

    expect(shown(live)).toBe('second');
  });

  it('keeps what is drawn where nothing has changed, and when the server refuses', async () => {
    let isRefused = false;
    const live = new LiveComparison('x', () =>
      isRefused ? Promise.reject(new Error('The notebook is gone.')) : Promise.resolve(answer('2'))
    );
    await live.ready;
    const { compared } = live;

    await live.refresh();
    expect(live.compared).toBe(compared);
    isRefused = true;
    await live.refresh();

    expect([live.problem, live.compared]).toEqual(['The notebook is gone.', compared]);
  });
});

describe('subjectOf', () => {
  it('reads what keyOf has written', () => {
    const subject = { kind: 'job', id: 'j1', other: 'last' } as const;

    expect(subjectOf(keyOf(subject))).toEqual(subject);
  });
});
