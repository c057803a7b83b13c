/**
 * Cells are paired as nbdime has paired them, here with what it has really answered.
 */
import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import type { IDiffStep } from '../../src/api/comparisons';
import { aligned, pairsOf } from '../../src/comparing/pairs';
import { patched } from '../../src/comparing/patch';
import answered from './nbdime.json';
import { code, notebook } from './notebooks';

const base = answered.base as INotebookContent;
const remote = answered.remote as INotebookContent;
const diff = answered.diff as IDiffStep[];

const nameOf = (cell: ICell | null): string => (cell?.id as string | undefined) ?? '';
const ids = (cells: ReadonlyArray<{ base: ICell | null; remote: ICell | null }>): string =>
  cells.map(one => `${nameOf(one.base)}-${nameOf(one.remote)}`).join(' ');

describe('patched', () => {
  it('leads from one notebook to the other, as nbdime does', () => {
    const before = JSON.stringify(base);

    expect(patched(base, diff)).toEqual(remote);
    expect(JSON.stringify(base)).toBe(before);
  });

  it('takes values out of mappings and lists', () => {
    const steps: IDiffStep[] = [
      { op: 'remove', key: 'gone' },
      { op: 'add', key: 'come', value: 1 },
      { op: 'patch', key: 'list', diff: [{ op: 'removerange', key: 0, length: 2 }] }
    ];
    expect(patched({ gone: 1, kept: 2, list: [1, 2, 3] }, steps)).toEqual({
      kept: 2,
      come: 1,
      list: [3]
    });
  });
});

describe('pairsOf', () => {
  it('has every cell of both, what was replaced before what replaces it', () => {
    const { cells } = pairsOf({ diff, notebook: base });

    expect(ids(cells)).toBe('a-a b-b c- -n d-d e-e -f');
    expect(cells.flatMap(pair => pair.base ?? [])).toEqual(base.cells);
    expect(cells.flatMap(pair => pair.remote ?? [])).toEqual(remote.cells);
  });

  it('has the metadata of both notebooks', () => {
    const { metadata } = pairsOf({ diff, notebook: base });

    expect(metadata).toEqual({ base: base.metadata, remote: remote.metadata });
  });

  it('pairs each cell with itself where nothing is different', () => {
    const { cells } = pairsOf({ diff: [], notebook: base });

    expect(ids(cells)).toBe('a-a b-b c-c d-d e-e');
  });
});

describe('aligned', () => {
  it('pairs cells by their ids, whatever is in them', () => {
    const left = notebook([code('a', '1'), code('b', '2'), code('c', '3')]);
    const right = notebook([code('a', '1'), code('n', 'new'), code('c', 'changed')]);

    expect(ids(aligned(left, right).cells)).toBe('a-a b- -n c-c');
  });

  it('pairs cells without ids by their texts', () => {
    const left = notebook([code(null, '1'), code(null, '2'), code(null, '3')]);
    const right = notebook([code('x', '1'), code('y', '3')]);

    const { cells } = aligned(left, right);

    expect(cells.map(one => [one.base?.source, one.remote?.source])).toEqual([
      ['1', '1'],
      ['2', undefined],
      ['3', '3']
    ]);
  });
});
