/**
 * Code in the colours of the theme, line by line.
 */
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { ILine, IMark } from './lines';

/**
 * A piece of a line with its colour in the theme; it is marked if the other side does not have it.
 */
export interface ISpan {
  text: string;
  className: string;
  isMarked: boolean;
}

/**
 * The lengths of the pieces of a line, with the classes of their colours.
 */
export type Colours = ReadonlyArray<readonly [length: number, className: string]>;

/**
 * The colours of *text* by its lines; none where the language is not known.
 */
export async function coloursOf(
  text: string,
  language: string,
  languages: IEditorLanguageRegistry
): Promise<Colours[]> {
  const node = document.createElement('div');
  await languages.highlight(text, languages.findBest(language), node);
  const lines: Array<Array<readonly [number, string]>> = [[]];
  for (const child of node.childNodes) {
    const className = child instanceof HTMLElement ? child.className : '';
    (child.textContent ?? '').split('\n').forEach((piece, index) => {
      if (index > 0) {
        lines.push([]);
      }
      lines[lines.length - 1]!.push([piece.length, className]);
    });
  }
  return lines;
}

/**
 * The pieces of a line, each of one colour and either marked or not.
 */
export function spansOf({ marks, text }: ILine, colours: Colours = []): ISpan[] {
  const edges = new Set([0, text.length, ...marks.flat()]);
  const classes = new Map<number, string>([[0, '']]);
  let at = 0;
  for (const [length, className] of colours) {
    edges.add(at);
    classes.set(at, className);
    at += length;
  }
  const places = [...edges].filter(place => place <= text.length).sort((one, two) => one - two);
  let className = '';
  return places.slice(0, -1).map((start, index) => {
    className = classes.get(start) ?? className;
    return {
      text: text.slice(start, places[index + 1]),
      className,
      isMarked: isMarked(start, marks)
    };
  });
}

function isMarked(at: number, marks: ReadonlyArray<IMark>): boolean {
  return marks.some(([start, end]) => start <= at && at < end);
}
