/**
 * What counts as a difference of two cells, and what does not.
 */
import type { ICell } from '@jupyterlab/nbformat';
import { nullTranslator } from '@jupyterlab/translation';
import type { ICompared } from '../../src/comparing/cells';
import { areEqual, comparedOf, turnsOf } from '../../src/comparing/cells';
import { changesSummary } from '../../src/comparing/format';
import { aligned } from '../../src/comparing/pairs';
import { code, notebook } from './notebooks';

const trans = nullTranslator.load('jupyter_nbtasks');

function compare(base: ICell[], remote: ICell[], before = {}, after = before): ICompared {
  return comparedOf(aligned(notebook(base, before), notebook(remote, after)));
}

const kinds = ({ cells }: ICompared): string => cells.map(({ kind }) => kind).join(' ');
const printed = (text: string | string[]): object => ({
  outputs: [{ output_type: 'stream', name: 'stdout', text }]
});

describe('comparedOf', () => {
  it('tells cells that were changed, added and removed', () => {
    const compared = compare(
      [code('a', '1'), code('b', '2'), code('c', '3')],
      [code('n', '0'), code('a', '1'), code('c', '33'), code('d', '4')]
    );

    expect(kinds(compared)).toBe('added same removed changed added');
    expect(compared.cells.map(({ index }) => index)).toEqual([0, 1, 1, 2, 3]);
    expect(changesSummary(compared, trans)).toBe('1 cell changed, 2 cells added, 1 cell removed');
  });

  it('takes no note of ids, of how often a cell ran, and of what JupyterLab says of itself', () => {
    const result = (count: number): object => ({
      execution_count: count,
      outputs: [{ output_type: 'execute_result', execution_count: count, data: {}, metadata: {} }]
    });
    const compared = compare(
      [code('a', '1', result(1)), code('b', '2')],
      [code('a', '1', result(7)), code('c', '2', { metadata: { trusted: true } })],
      { language_info: { name: 'python' } },
      { language_info: { name: 'python', version: '3.12' } }
    );

    expect(areEqual(compared)).toBe(true);
    expect(changesSummary(compared, trans)).toBe('No difference');
  });

  it('compares outputs as they read, however they are written', () => {
    const same = compare(
      [code('a', '1', printed(['x\n', 'y']))],
      [code('a', '1', printed('x\ny'))]
    );
    const other = compare([code('a', '1', printed('x'))], [code('a', '1', printed('y'))]);

    expect([kinds(same), same.cells[0]!.outputs]).toEqual(['same', null]);
    expect(kinds(other)).toBe('changed');
    expect(other.cells[0]!.outputs?.remote).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'y' }
    ]);
  });

  it('shows what is different about the metadata, of a cell and of the notebook', () => {
    const tagged = { metadata: { tags: ['parameters'] } };
    const compared = compare([code('a', '1')], [code('a', '1', tagged)], { x: 1 }, { x: 2 });

    expect(kinds(compared)).toBe('changed');
    expect(compared.cells[0]!.metadata?.some(({ kind }) => kind !== 'same')).toBe(true);
    expect(compared.metadata?.map(({ kind }) => kind)).toEqual(['same', 'changed', 'same']);
    const said = '1 cell changed, metadata of the notebook changed';
    expect(changesSummary(compared, trans)).toBe(said);
  });

  it('gives different and equal cells in turns, the different first', () => {
    const compared = compare(
      [code('a', '1'), code('b', '2'), code('c', '3')],
      [code('a', '1'), code('b', '2'), code('c', 'x')]
    );

    expect(turnsOf(compared).map(turn => turn.map(({ kind }) => kind))).toEqual([
      [],
      ['same', 'same'],
      ['changed']
    ]);
  });
});
