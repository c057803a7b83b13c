/**
 * The section of the sidebar that lists the jobs.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { KeyboardEvent } from 'react';
import { useState } from 'react';
import { CommandIDs } from '../commandids';
import { useNow } from '../display/clock';
import { handleRowKey } from '../lists/keys';
import { Loading, Problem } from '../lists/problem';
import { ListSection } from '../lists/section';
import { WindowedRows } from '../lists/windowed';
import type { IJobs } from '../tokens';
import { JobFilter } from './filter';
import { JobRow } from './row';
import type { ISelection } from './selection';
import { extended, NOTHING, toggled } from './selection';
import { SelectionBar } from './selectionbar';
import { isFinal } from './status';

const ROW_HEIGHT = 46;

/**
 * The jobs, drawn again whenever the model changes.
 */
export class JobList extends ListSection<IJobs> {
  constructor(
    jobs: IJobs,
    private _commands: CommandRegistry,
    private _trans: TranslationBundle
  ) {
    super(jobs);
    this.title.label = _trans.__('Jobs');
    this.addClass('jp-NbTasks-jobs');
  }

  protected override render(): JSX.Element {
    return (
      <>
        <JobFilter jobs={this.model} notebook={this.notebook} trans={this._trans} />
        <Body
          commands={this._commands}
          isVisible={this.isVisible}
          jobs={this.model}
          onEscape={() => this.node.querySelector<HTMLElement>('input')?.focus()}
          trans={this._trans}
        />
      </>
    );
  }
}

interface IBodyProps {
  commands: CommandRegistry;
  isVisible: boolean;
  jobs: IJobs;
  onEscape: () => void;
  trans: TranslationBundle;
}

function Body(props: IBodyProps): JSX.Element {
  const { jobs, trans } = props;
  const { items } = jobs;
  const [selection, setSelection] = useState(NOTHING);
  const selected = items.filter(({ id }) => selection.ids.has(id));
  const retry = (): void => void jobs.refresh();
  if (!items.length) {
    return <EmptyList jobs={jobs} trans={trans} />;
  }
  return (
    <>
      {jobs.problem && <Problem onRetry={retry} problem={jobs.problem} trans={trans} />}
      {selected.length > 0 && (
        <SelectionBar
          jobs={jobs}
          onClear={() => setSelection(NOTHING)}
          selected={selected}
          trans={trans}
        />
      )}
      <Rows {...props} onSelect={setSelection} selection={selection} />
    </>
  );
}

interface IRowsProps extends IBodyProps {
  onSelect: (selection: ISelection) => void;
  selection: ISelection;
}

function Rows(props: IRowsProps): JSX.Element {
  const { commands, isVisible, jobs, onSelect, selection, trans } = props;
  const { items } = jobs;
  const isRunning = items.some(({ status }) => status === 'EXECUTING');
  const now = useNow(isVisible ? (isRunning ? 1000 : 30_000) : null);
  const position = items.findIndex(({ id }) => id === jobs.current);
  const current = Math.max(0, position);
  const move = (index: number): void => jobs.select(items[index]?.id ?? null);
  const select = (id: string, isRange: boolean): void => {
    const ids = items.map(item => item.id);
    onSelect(isRange ? extended(selection, ids, id) : toggled(selection, id));
  };
  return (
    <WindowedRows
      count={items.length}
      current={current}
      label={trans.__('Jobs')}
      onKey={event => onKey(event, props, current, select)}
      onMove={move}
      onNearEnd={() => void jobs.loadMore()}
      row={(index, style) => {
        const job = items[index];
        return (
          job && (
            <JobRow
              commands={commands}
              count={jobs.hasMore ? -1 : items.length}
              index={index}
              isCurrent={index === current}
              isSelected={selection.ids.has(job.id)}
              job={job}
              key={job.id}
              now={now}
              onFocus={() => move(index)}
              onSelect={isRange => select(job.id, isRange)}
              style={style}
              trans={trans}
            />
          )
        );
      }}
      rowHeight={ROW_HEIGHT}
    />
  );
}

function onKey(
  event: KeyboardEvent,
  props: IBodyProps,
  index: number,
  select: (id: string, isRange: boolean) => void
): void {
  const { commands, jobs, onEscape } = props;
  const job = jobs.items[index];
  if (job && event.key === ' ' && (event.ctrlKey || event.shiftKey)) {
    event.preventDefault();
    select(job.id, event.shiftKey);
    return;
  }
  const executing = (command: string) =>
    job && (() => void commands.execute(command, { id: job.id }));
  handleRowKey(event, {
    escape: onEscape,
    open: executing(CommandIDs.job.open) ?? null,
    remove:
      executing(job && isFinal(job.status) ? CommandIDs.job.remove : CommandIDs.job.cancel) ?? null
  });
}

interface IStateProps {
  jobs: IJobs;
  trans: TranslationBundle;
}

function EmptyList({ jobs, trans }: IStateProps): JSX.Element {
  if (jobs.problem) {
    const retry = (): void => void jobs.refresh();
    return <Problem onRetry={retry} problem={jobs.problem} trans={trans} />;
  }
  if (!jobs.isReady) {
    return <Loading trans={trans} />;
  }
  const { notebook, q, statuses } = jobs.filter;
  if (q || statuses.length || notebook !== null) {
    return (
      <div className="jp-NbTasks-hint" role="status">
        <p>{trans.__('No jobs match the filter.')}</p>
        <button
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => void jobs.setFilter({ q: '', statuses: [], notebook: null })}
          type="button"
        >
          {trans.__('Show all jobs')}
        </button>
      </div>
    );
  }
  return (
    <div className="jp-NbTasks-hint">
      <strong>{trans.__('No jobs yet')}</strong>
      <p>
        {trans.__(
          'Open a notebook and click “Run as task” in its toolbar. It runs on the server, even after you close this window, and shows up here.'
        )}
      </p>
    </div>
  );
}
