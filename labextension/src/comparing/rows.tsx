/**
 * The lines of two texts side by side.
 */
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useMemo, useState } from 'react';
import type { Colours } from './highlighting';
import { coloursOf, spansOf } from './highlighting';
import type { ILine, IRow } from './lines';
import { folded } from './lines';

/**
 * The lines, and what is needed to draw them; without *languages* they have no colours.
 */
export interface IRowsProps {
  label: string;
  language: string;
  languages: IEditorLanguageRegistry | null;
  rows: ReadonlyArray<IRow>;
  trans: TranslationBundle;
}

/**
 * A table in which long stretches of equal lines are folded. Because it is laid out as a grid, some
 * screen readers would not take it for a table without the roles.
 */
export function Rows(props: IRowsProps): JSX.Element {
  const { label, rows, trans } = props;
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const turns = useMemo(() => folded(rows), [rows]);
  const base = useColours(props, 'base');
  const remote = useColours(props, 'remote');
  return (
    <table aria-label={label} className="jp-NbTasks-lines" role="table">
      <tbody role="rowgroup">
        {turns.flatMap((turn, index) =>
          index % 2 === 0 || unfolded.has(index)
            ? turn.map((row, at) => (
                <Row key={`${index}.${at}`} {...{ base, remote, row, trans }} />
              ))
            : [
                <tr className="jp-NbTasks-folded" key={index} role="row">
                  <td colSpan={6} role="cell">
                    <button
                      onClick={() => setUnfolded(new Set([...unfolded, index]))}
                      type="button"
                    >
                      {trans._n('Show %1 equal line', 'Show %1 equal lines', turn.length)}
                    </button>
                  </td>
                </tr>
              ]
        )}
      </tbody>
    </table>
  );
}

type SideColours = ReadonlyArray<Colours>;

/** The colours of one side, as soon as its language is there. */
function useColours(props: IRowsProps, side: 'base' | 'remote'): SideColours {
  const { language, languages, rows } = props;
  const [colours, setColours] = useState<SideColours>([]);
  useEffect(() => {
    if (!languages || !language) {
      return undefined;
    }
    let isWanted = true;
    const text = rows.flatMap(row => row[side]?.text ?? []).join('\n');
    void coloursOf(text, language, languages).then(lines => isWanted && setColours(lines));
    return () => {
      isWanted = false;
    };
  }, [language, languages, rows, side]);
  return colours;
}

interface IRowProps {
  base: SideColours;
  remote: SideColours;
  row: IRow;
  trans: TranslationBundle;
}

function Row({ base, remote, row, trans }: IRowProps): JSX.Element {
  const isSame = row.kind === 'same';
  return (
    <tr data-kind={row.kind} role="row">
      <Side colours={base} line={row.base} sign={isSame ? null : ['−', trans.__('removed')]} />
      <Side colours={remote} line={row.remote} sign={isSame ? null : ['+', trans.__('added')]} />
    </tr>
  );
}

interface ISideProps {
  colours: SideColours;
  line: ILine | null;
  /** What stands before a line that the other side does not have, and what it means. */
  sign: readonly [string, string] | null;
}

function Side({ colours, line, sign }: ISideProps): JSX.Element {
  if (!line) {
    return <td className="jp-NbTasks-nothing" colSpan={3} role="cell" />;
  }
  const isNew = sign?.[0] === '+';
  const Mark = isNew ? 'ins' : 'del';
  const side = sign ? (isNew ? 'added' : 'removed') : 'same';
  return (
    <>
      <td className="jp-NbTasks-number" data-side={side} role="cell">
        {line.number}
      </td>
      <td className="jp-NbTasks-sign" data-side={side} role="cell">
        {sign && (
          <span aria-label={sign[1]} role="img">
            {sign[0]}
          </span>
        )}
      </td>
      <td className="jp-NbTasks-text" data-side={side} role="cell">
        {spansOf(line, colours[line.number - 1]).map(({ className, isMarked, text }, index) => {
          const piece = <span className={className || undefined}>{text}</span>;
          return isMarked ? <Mark key={index}>{piece}</Mark> : <span key={index}>{piece}</span>;
        })}
      </td>
    </>
  );
}
