/**
 * A comparison's page in the main area: what with what, how much is different, and the cells.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { IComparedSide } from '../api/comparisons';
import { moment } from '../display/format';
import { drawQuestions } from '../display/largeoutput';
import { Loading, Problem } from '../lists/problem';
import type { IDrawing } from './cell';
import { Cell, EqualCells } from './cell';
import type { ICompared } from './cells';
import { areEqual, turnsOf } from './cells';
import { changesSummary } from './format';
import type { LiveComparison } from './live';
import { Rows } from './rows';

/**
 * The content of a comparison's page.
 */
export class ComparisonPage extends VDomRenderer<LiveComparison> {
  constructor(
    readonly live: LiveComparison,
    private _drawing: Omit<IDrawing, 'language'>
  ) {
    super(live);
    this.addClass('jp-NbTasks-page');
    this.addClass('jp-NbTasks-facts');
    this.addClass('jp-NbTasks-comparison');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _drawing.trans.__('Comparison'));
    this.node.tabIndex = 0;
    drawQuestions(_drawing.rendermime, _drawing.trans);
    live.stateChanged.connect(this._onChanged, this);
  }

  /**
   * Go to the next difference, or to the one before if *by* is -1.
   */
  step(by: 1 | -1): void {
    const changes = [...this.node.querySelectorAll<HTMLElement>('[data-change]')];
    const at = changes.findIndex(change => change.contains(document.activeElement));
    const next = changes[at === -1 ? (by === 1 ? 0 : changes.length - 1) : at + by];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: 'start' });
  }

  override dispose(): void {
    if (!this.isDisposed) {
      super.dispose();
      this.live.dispose();
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    if (this.live.compared) {
      // The notebook may have been changed while another page was in front.
      void this.live.refresh();
    }
  }

  protected override render(): JSX.Element {
    const { compared, isBusy, problem, sides } = this.live;
    const { trans } = this._drawing;
    const retry = (): void => void this.live.refresh();
    const problemBox = problem && <Problem onRetry={retry} problem={problem} trans={trans} />;
    if (!compared || !sides) {
      return problemBox || <Loading trans={trans} />;
    }
    return (
      <>
        <div className="jp-NbTasks-heading">
          <h1>{nameOf(sides.base)}</h1>
          <p aria-live="polite" className="jp-NbTasks-state">
            {isBusy ? trans.__('Comparing…') : changesSummary(compared, trans)}
          </p>
        </div>
        {problemBox}
        <div className="jp-NbTasks-sides">
          <Side side={sides.base} sign="−" trans={trans} />
          <Side side={sides.remote} sign="+" trans={trans} />
        </div>
        <Differences
          {...this._drawing}
          compared={compared}
          hasOutputs={this.live.hasOutputs}
          language={compared.language}
        />
      </>
    );
  }

  private _onChanged({ sides }: LiveComparison): void {
    if (sides) {
      const { trans } = this._drawing;
      const { base, remote } = sides;
      this.title.label = trans.__('Compare %1', nameOf(base));
      this.title.caption = trans.__('%1 and %2', base.label, remote.label);
      this.node.setAttribute('aria-label', this.title.label);
    }
  }
}

/** The notebook, or what was made of none. */
function nameOf({ label, path }: IComparedSide): string {
  return path === null ? label : PathExt.basename(path);
}

interface ISideProps {
  side: IComparedSide;
  sign: string;
  trans: TranslationBundle;
}

function Side({ side, sign, trans }: ISideProps): JSX.Element {
  const { created_at: at, label } = side;
  return (
    <p>
      <span aria-hidden className="jp-NbTasks-sign">
        {sign}
      </span>
      <strong>{label}</strong> <span>{at === null ? trans.__('as it is now') : moment(at)}</span>
    </p>
  );
}

interface IDifferencesProps extends IDrawing {
  compared: ICompared;
  hasOutputs: boolean;
}

function Differences({ compared, hasOutputs, ...drawing }: IDifferencesProps): JSX.Element {
  const { languages, trans } = drawing;
  const { metadata } = compared;
  if (areEqual(compared)) {
    return (
      <div className="jp-NbTasks-hint">
        <strong>{trans.__('They are equal.')}</strong>
        {!hasOutputs && (
          <p>
            {trans.__('Outputs were not compared: “Outputs” in the toolbar compares them, too.')}
          </p>
        )}
      </div>
    );
  }
  return (
    <>
      {metadata && (
        <section
          aria-label={trans.__('Metadata of the notebook')}
          className="jp-NbTasks-compared"
          data-change="changed"
          data-kind="changed"
          tabIndex={-1}
        >
          <h2>{trans.__('Metadata of the notebook')}</h2>
          <Rows
            label={trans.__('Metadata')}
            language="json"
            {...{ languages, rows: metadata, trans }}
          />
        </section>
      )}
      {turnsOf(compared).map((cells, index) =>
        index % 2 === 0 ? (
          cells.map((cell, at) => <Cell cell={cell} key={`${index}.${at}`} {...drawing} />)
        ) : (
          <EqualCells cells={cells} key={index} {...drawing} />
        )
      )}
    </>
  );
}
