/**
 * Which cell of one notebook is which of the other; pure.
 */
import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import { diffArrays } from 'diff';
import type { IComparison, IDiffStep } from '../api/comparisons';
import { patched } from './patch';

/**
 * A cell on both sides; null where it is not.
 */
export interface IPair {
  base: ICell | null;
  remote: ICell | null;
}

/**
 * The cells of both notebooks side by side, and the metadata of each notebook.
 */
export interface IPairs {
  cells: IPair[];
  metadata: { base: unknown; remote: unknown };
}

/**
 * The cells as the server has paired them.
 */
export function pairsOf({ diff, notebook }: Pick<IComparison, 'diff' | 'notebook'>): IPairs {
  const steps = diff.find(step => step.op === 'patch' && step.key === 'cells');
  const { metadata } = patched(
    notebook,
    diff.filter(step => step !== steps)
  ) as INotebookContent;
  return {
    cells: steps?.op === 'patch' ? follow(notebook.cells, steps.diff) : notebook.cells.map(same),
    metadata: { base: notebook.metadata, remote: metadata }
  };
}

/**
 * The cells as their ids pair them, or their texts where they have no ids in common.
 */
export function aligned(base: INotebookContent, remote: INotebookContent): IPairs {
  const comparator = (one: ICell, other: ICell): boolean =>
    one.id === undefined || one.id !== other.id ? areAlike(one, other) : true;
  const runs = diffArrays(base.cells, remote.cells, { comparator });
  const rest = [...base.cells];
  const cells = runs.flatMap(({ added, removed, value }) =>
    value.map((cell): IPair => {
      if (added) {
        return { base: null, remote: cell };
      }
      const before = rest.shift() as ICell;
      return { base: before, remote: removed ? null : cell };
    })
  );
  return { cells, metadata: { base: base.metadata, remote: remote.metadata } };
}

/**
 * The source of a cell in one piece; empty where it is not.
 */
export function textOf(cell: ICell | null): string {
  const source = cell?.source ?? '';
  return Array.isArray(source) ? source.join('') : source;
}

function areAlike(one: ICell, other: ICell): boolean {
  return one.cell_type === other.cell_type && textOf(one) === textOf(other);
}

function same(cell: ICell): IPair {
  return { base: cell, remote: cell };
}

function follow(cells: ReadonlyArray<ICell>, steps: ReadonlyArray<IDiffStep>): IPair[] {
  const pairs: IPair[] = [];
  let taken = 0;
  for (const step of inOrder(steps)) {
    const at = Number(step.key);
    pairs.push(...cells.slice(taken, at).map(same));
    taken = Math.max(taken, at);
    if (step.op === 'addrange') {
      pairs.push(...(step.valuelist as ICell[]).map(remote => ({ base: null, remote })));
    } else if (step.op === 'removerange') {
      taken = at + step.length;
      pairs.push(...cells.slice(at, taken).map(base => ({ base, remote: null })));
    } else if (step.op === 'patch') {
      const base = cells[at] as ICell;
      pairs.push({ base, remote: patched(base, step.diff) as ICell });
      taken = at + 1;
    }
  }
  return [...pairs, ...cells.slice(taken).map(same)];
}

/** What was replaced stands before what replaces it. */
function inOrder(steps: ReadonlyArray<IDiffStep>): IDiffStep[] {
  const ordered = [...steps];
  ordered.forEach((step, index) => {
    const next = ordered[index + 1];
    if (step.op === 'addrange' && next?.op === 'removerange' && next.key === step.key) {
      ordered.splice(index, 2, next, step);
    }
  });
  return ordered;
}
