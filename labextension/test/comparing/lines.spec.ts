/**
 * Lines side by side, words marked, equal stretches folded.
 */
import { spansOf } from '../../src/comparing/highlighting';
import type { ILine } from '../../src/comparing/lines';
import { folded, rowsOf } from '../../src/comparing/lines';

/** A side with its marked words in brackets. */
const marked = (line: ILine | null): string | null =>
  line &&
  spansOf(line)
    .map(({ isMarked, text }) => (isMarked ? `[${text}]` : text))
    .join('');

const shown = (base: string, remote: string): unknown[] =>
  rowsOf(base, remote).map(row => [row.kind, marked(row.base), marked(row.remote)]);

describe('rowsOf', () => {
  it('marks the words that have changed within a line', () => {
    expect(shown('a = 1\nframe["amount"] = 2', 'a = 1\nframe["count"] = 2')).toEqual([
      ['same', 'a = 1', 'a = 1'],
      ['changed', 'frame["[amount]"] = 2', 'frame["[count]"] = 2']
    ]);
  });

  it('marks no words of lines that have hardly anything in common', () => {
    expect(shown('import pandas', 'print("hello world")')).toEqual([
      ['changed', 'import pandas', 'print("hello world")']
    ]);
  });

  it('puts lines beside nothing where the other side has none', () => {
    expect(shown('one\ntwo\nthree', 'one\nthree\nfour')).toEqual([
      ['same', 'one', 'one'],
      ['removed', 'two', null],
      ['same', 'three', 'three'],
      ['added', null, 'four']
    ]);
  });

  it('numbers the lines of each side', () => {
    const numbers = rowsOf('one\ntwo\nthree', 'zero\none\nthree').map(row => [
      row.base?.number,
      row.remote?.number
    ]);
    expect(numbers).toEqual([
      [undefined, 1],
      [1, 2],
      [2, undefined],
      [3, 3]
    ]);
  });

  it('has no line of what is empty', () => {
    expect(shown('', '')).toEqual([]);
    expect(shown('', 'one')).toEqual([['added', null, 'one']]);
  });

  it('shows a last line that is only an end of line', () => {
    expect(shown('one', 'one\n')).toEqual([
      ['same', 'one', 'one'],
      ['added', null, '']
    ]);
  });
});

describe('folded', () => {
  const lines = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, index) => `line ${from + index}`);
  const lengths = (base: string[], remote: string[]): number[] =>
    folded(rowsOf(base.join('\n'), remote.join('\n'))).map(({ length }) => length);

  it('keeps three lines around what is different', () => {
    const [before, after] = [lines(0, 10), lines(10, 20)];

    expect(lengths([...before, ...after], [...before, 'new', ...after])).toEqual([0, 7, 7, 7]);
  });

  it('folds nothing where everything is equal', () => {
    expect(lengths(lines(0, 20), lines(0, 20))).toEqual([20]);
  });
});

describe('spansOf', () => {
  it('cuts a line where its colours and its marks change', () => {
    const line = { number: 1, text: 'print("done")', marks: [[7, 11] as const] };
    const colours = [
      [5, 'builtin'],
      [1, ''],
      [6, 'string'],
      [1, '']
    ] as const;

    expect(spansOf(line, colours)).toEqual([
      { text: 'print', className: 'builtin', isMarked: false },
      { text: '(', className: '', isMarked: false },
      { text: '"', className: 'string', isMarked: false },
      { text: 'done', className: 'string', isMarked: true },
      { text: '"', className: 'string', isMarked: false },
      { text: ')', className: '', isMarked: false }
    ]);
  });
});
