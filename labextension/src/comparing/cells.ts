/**
 * What is different about the cells of two notebooks; pure.
 */
import type { ICell, IOutput } from '@jupyterlab/nbformat';
import { JSONExt } from '@lumino/coreutils';
import type { IRow } from './lines';
import { rowsOf } from './lines';
import type { IPair, IPairs } from './pairs';
import { textOf } from './pairs';

type Outputs = ReadonlyArray<IOutput>;

/**
 * A cell of both notebooks; *index* counts from 0 on the side where it is, the other one first.
 * *metadata* and *outputs* are null where they are equal.
 */
export interface IComparedCell {
  index: number;
  kind: 'same' | 'changed' | 'added' | 'removed';
  type: string;
  source: IRow[];
  metadata: IRow[] | null;
  outputs: { base: Outputs; remote: Outputs } | null;
}

/**
 * The cells of both notebooks in order, and what is different about the notebooks as a whole.
 */
export interface ICompared {
  cells: ReadonlyArray<IComparedCell>;
  language: string;
  metadata: IRow[] | null;
}

/**
 * Compare what was paired.
 */
export function comparedOf({ cells, metadata }: IPairs): ICompared {
  const counts = { base: 0, remote: 0 };
  const nbMetadata = (metadata.remote ?? metadata.base) as { language_info?: { name?: string } };
  return {
    cells: cells.map(pair => {
      const index = { base: counts.base, remote: counts.remote };
      counts.base += pair.base ? 1 : 0;
      counts.remote += pair.remote ? 1 : 0;
      return compared(pair, pair.remote ? index.remote : index.base);
    }),
    language: nbMetadata.language_info?.name ?? 'python',
    metadata: differing(
      without(metadata.base, 'language_info'),
      without(metadata.remote, 'language_info')
    )
  };
}

/**
 * How many cells were added, removed and changed.
 */
export function summaryOf({ cells }: ICompared): Record<'added' | 'removed' | 'changed', number> {
  const count = (kind: string): number => cells.filter(cell => cell.kind === kind).length;
  return { added: count('added'), removed: count('removed'), changed: count('changed') };
}

/**
 * Whether there is nothing different to show.
 */
export function areEqual({ cells, metadata }: ICompared): boolean {
  return metadata === null && cells.every(({ kind }) => kind === 'same');
}

/**
 * The cells in turns of those that are different and those that are equal.
 */
export function turnsOf({ cells }: ICompared): IComparedCell[][] {
  const turns: IComparedCell[][] = [[]];
  for (const cell of cells) {
    const isDifferent = turns.length % 2 === 1;
    if ((cell.kind !== 'same') !== isDifferent) {
      turns.push([]);
    }
    turns[turns.length - 1]!.push(cell);
  }
  return turns;
}

function compared({ base, remote }: IPair, index: number): IComparedCell {
  const cell = (remote ?? base) as ICell;
  const [left, right] = [outputsOf(base), outputsOf(remote)];
  const source = rowsOf(textOf(base), textOf(remote));
  const metadata = base && remote && differing(comparableParts(base), comparableParts(remote));
  const outputs = JSONExt.deepEqual(left, right) ? null : { base: left, remote: right };
  const isChanged = source.some(({ kind }) => kind !== 'same') || metadata || outputs;
  const kind = !base ? 'added' : !remote ? 'removed' : isChanged ? 'changed' : 'same';
  return { index, kind, type: cell.cell_type, source, metadata, outputs };
}

/**
 * The parts of a cell to compare besides its source and outputs; ids and counts mean nothing to
 * people.
 */
function comparableParts({ attachments, cell_type, metadata }: ICell): unknown {
  const untrusted = without(metadata, 'trusted');
  return { cell_type, metadata: untrusted, ...(attachments ? { attachments } : {}) };
}

/** *mapping* without the entry *name*, which JupyterLab or a kernel writes by itself. */
function without(mapping: unknown, name: string): unknown {
  return Object.fromEntries(Object.entries(mapping as object).filter(([key]) => key !== name));
}

function differing(base: unknown, remote: unknown): IRow[] | null {
  const text = (value: unknown): string => JSON.stringify(sorted(value), null, 2);
  const [left, right] = [text(base), text(remote)];
  return left === right ? null : rowsOf(left, right);
}

/** The same value always has the same text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function outputsOf(cell: ICell | null): Outputs {
  return ((cell?.['outputs'] ?? []) as unknown as Outputs).map(plain);
}

/**
 * An output with its texts in one piece, and without its execution count, which does not make
 * outputs different.
 */
function plain(output: IOutput): IOutput {
  const { data, text } = output as { data?: Record<string, unknown>; text?: unknown };
  return {
    ...output,
    ...(output.output_type === 'execute_result' && { execution_count: null }),
    ...(text !== undefined && { text: joined(text) }),
    ...(data && {
      data: Object.fromEntries(Object.entries(data).map(([type, value]) => [type, joined(value)]))
    })
  } as IOutput;
}

function joined(value: unknown): unknown {
  const isText = Array.isArray(value) && value.every(line => typeof line === 'string');
  return isText ? value.join('') : value;
}
