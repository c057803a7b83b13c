/**
 * Two texts line by line, and within a line word by word; pure.
 */
import { diffArrays, diffWordsWithSpace } from 'diff';

// A comparison that takes longer is given up: all lines are new then.
const LONGEST = { timeout: 500 };
// Lines that have less in common are two, not one that has changed.
const LEAST_ALIKE = 0.3;

/**
 * From *start* to *end* of a line, in characters.
 */
export type IMark = readonly [start: number, end: number];

/**
 * A line; *number* counts from 1, *marks* are the words that the other side does not have.
 */
export interface ILine {
  number: number;
  text: string;
  marks: ReadonlyArray<IMark>;
}

/**
 * A line on both sides; null where it is not.
 */
export interface IRow {
  base: ILine | null;
  remote: ILine | null;
  kind: 'same' | 'changed' | 'added' | 'removed';
}

/**
 * The lines of both texts side by side.
 */
export function rowsOf(base: string, remote: string): IRow[] {
  const [left, right] = [linesOf(base), linesOf(remote)];
  const runs = diffArrays(left, right, LONGEST) ?? [
    { added: false, removed: true, value: left },
    { added: true, removed: false, value: right }
  ];
  const rows: IRow[] = [];
  const counts = { base: 0, remote: 0 };
  runs.forEach(({ added, removed, value }, index) => {
    const next = runs[index + 1];
    if (added && runs[index - 1]?.removed) {
      return;
    }
    const removedLine = added ? [] : value;
    const addedLine = added ? value : removed ? (next?.added ? next.value : []) : value;
    const isSame = !added && !removed;
    for (let at = 0; at < Math.max(removedLine.length, addedLine.length); at++) {
      rows.push(row(removedLine[at], addedLine[at], isSame, counts));
    }
  });
  return rows;
}

/**
 * The rows, alternately those that are shown and those that are folded. Rows are folded if they are
 * equal and more than *context* lines away from one that is not. If all are equal, all are shown.
 */
export function folded(rows: ReadonlyArray<IRow>, context = 3): IRow[][] {
  const isDifferent = ({ kind }: IRow): boolean => kind !== 'same';
  if (!rows.some(isDifferent)) {
    return [[...rows]];
  }
  const near = rows.map((_, at) =>
    rows.slice(Math.max(0, at - context), at + context + 1).some(isDifferent)
  );
  const turns: IRow[][] = [[]];
  rows.forEach((row, at) => {
    const isShown = turns.length % 2 === 1;
    if (near[at] !== isShown) {
      turns.push([]);
    }
    turns[turns.length - 1]!.push(row);
  });
  return turns;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

function row(
  removedLine: string | undefined,
  addedLine: string | undefined,
  isSame: boolean,
  counts: { base: number; remote: number }
): IRow {
  const [left, right] =
    isSame || removedLine === undefined || addedLine === undefined
      ? [[], []]
      : marksOf(removedLine, addedLine);
  return {
    base:
      removedLine === undefined ? null : { number: ++counts.base, text: removedLine, marks: left },
    remote:
      addedLine === undefined ? null : { number: ++counts.remote, text: addedLine, marks: right },
    kind: isSame
      ? 'same'
      : removedLine === undefined
        ? 'added'
        : addedLine === undefined
          ? 'removed'
          : 'changed'
  };
}

/** The words that only one of the lines has; none if they have hardly any in common. */
function marksOf(removedLine: string, addedLine: string): [IMark[], IMark[]] {
  const marks: [IMark[], IMark[]] = [[], []];
  const at: [number, number] = [0, 0];
  let common = 0;
  for (const { added, removed, value } of diffWordsWithSpace(removedLine, addedLine, LONGEST) ??
    []) {
    const { length } = value;
    if (removed || added) {
      const side = added ? 1 : 0;
      marks[side].push([at[side], at[side] + length]);
      at[side] += length;
    } else {
      common += value.trim().length;
      at[0] += length;
      at[1] += length;
    }
  }
  const longest = Math.max(removedLine.trim().length, addedLine.trim().length);
  return common < LEAST_ALIKE * longest ? [[], []] : marks;
}
