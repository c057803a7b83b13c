/**
 * A cell of two notebooks, side by side.
 */
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';
import type { IComparedCell } from './cells';
import { cellTitle } from './format';
import { Outputs } from './outputs';
import { Rows } from './rows';

/**
 * What is needed to draw cells.
 */
export interface IDrawing {
  language: string;
  languages: IEditorLanguageRegistry | null;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

interface ICellProps extends IDrawing {
  cell: IComparedCell;
}

/**
 * What is different about a cell; all of an equal one.
 */
export function Cell({ cell, ...drawing }: ICellProps): JSX.Element {
  const { kind, metadata, outputs, source, type } = cell;
  const { language, languages, rendermime, trans } = drawing;
  const name = cellTitle(cell, trans);
  const lines = { languages, trans };
  const spoken = { code: language, markdown: 'markdown' }[type] ?? '';
  return (
    <section
      aria-label={name}
      className="jp-NbTasks-compared"
      data-change={kind === 'same' ? undefined : kind}
      data-kind={kind}
      tabIndex={-1}
    >
      <h2>
        {name}
        {type !== 'code' && <small>{type}</small>}
      </h2>
      <Rows label={trans.__('Source')} language={spoken} rows={source} {...lines} />
      {metadata && (
        <>
          <h3>{trans.__('Metadata')}</h3>
          <Rows label={trans.__('Metadata')} language="json" rows={metadata} {...lines} />
        </>
      )}
      {outputs && <Outputs {...outputs} rendermime={rendermime} trans={trans} />}
    </section>
  );
}

interface IEqualProps extends IDrawing {
  cells: ReadonlyArray<IComparedCell>;
}

/**
 * Cells that are equal on both sides, collapsed until a person wants to see them.
 */
export function EqualCells({ cells, ...drawing }: IEqualProps): JSX.Element {
  const [isUnfolded, setUnfolded] = useState(false);
  const { trans } = drawing;
  const count = cells.length;
  return (
    <>
      <button
        aria-expanded={isUnfolded}
        className="jp-NbTasks-equal"
        onClick={() => setUnfolded(!isUnfolded)}
        type="button"
      >
        {isUnfolded
          ? trans._n('Hide %1 equal cell', 'Hide %1 equal cells', count)
          : trans._n('Show %1 equal cell', 'Show %1 equal cells', count)}
      </button>
      {isUnfolded && cells.map(cell => <Cell cell={cell} key={cell.index} {...drawing} />)}
    </>
  );
}
