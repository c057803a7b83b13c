/**
 * The section of the sidebar that lists the schedules.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { KeyboardEvent } from 'react';
import { CommandIDs } from '../commandids';
import { useNow } from '../display/clock';
import { handleRowKey } from '../lists/keys';
import { Loading, Problem } from '../lists/problem';
import { FittedSection } from '../lists/section';
import { WindowedRows } from '../lists/windowed';
import type { ISchedules } from '../tokens';
import { ScheduleFilter } from './filter';
import { ScheduleRow } from './row';

const ROW_HEIGHT = 46;

/**
 * The schedules, drawn again whenever the model changes, in a section that is never higher than it
 * needs.
 */
export class ScheduleList extends FittedSection<ISchedules> {
  constructor(
    schedules: ISchedules,
    private _commands: CommandRegistry,
    private _trans: TranslationBundle
  ) {
    super(schedules);
    this.title.label = _trans.__('Schedules');
    this.addClass('jp-NbTasks-schedules');
  }

  protected override readonly rowHeight = ROW_HEIGHT;

  protected override renderContent(): JSX.Element {
    const { filter, items } = this.model;
    const isNarrowed = filter.notebook !== null || filter.state !== null;
    return (
      <>
        <div className="jp-NbTasks-top">
          {(items.length > 0 || isNarrowed) && (
            <ScheduleFilter notebook={this.notebook} schedules={this.model} trans={this._trans} />
          )}
          <Note schedules={this.model} trans={this._trans} />
        </div>
        {items.length > 0 && (
          <Rows
            commands={this._commands}
            isVisible={this.isVisible}
            onEscape={() => this.node.querySelector<HTMLElement>('select')?.focus()}
            schedules={this.model}
            trans={this._trans}
          />
        )}
      </>
    );
  }
}

interface IRowsProps {
  commands: CommandRegistry;
  isVisible: boolean;
  onEscape: () => void;
  schedules: ISchedules;
  trans: TranslationBundle;
}

function Rows(props: IRowsProps): JSX.Element {
  const { commands, isVisible, schedules, trans } = props;
  const { hasMore, items } = schedules;
  const now = useNow(isVisible ? 30_000 : null);
  const current = Math.max(
    0,
    items.findIndex(({ id }) => id === schedules.current)
  );
  const move = (index: number): void => schedules.select(items[index]?.id ?? null);
  return (
    <WindowedRows
      count={items.length}
      current={current}
      label={trans.__('Schedules')}
      onKey={event => onKey(event, props, current)}
      onMove={move}
      onNearEnd={() => void schedules.loadMore()}
      row={(index, style) => {
        const schedule = items[index];
        return (
          schedule && (
            <ScheduleRow
              commands={commands}
              count={hasMore ? -1 : items.length}
              index={index}
              isCurrent={index === current}
              key={schedule.id}
              now={now}
              onFocus={() => move(index)}
              schedule={schedule}
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

function onKey(event: KeyboardEvent, props: IRowsProps, index: number): void {
  const { commands, onEscape, schedules } = props;
  const id = schedules.items[index]?.id;
  const executing = (command: string) => id && (() => void commands.execute(command, { id }));
  handleRowKey(event, {
    escape: onEscape,
    open: executing(CommandIDs.schedule.open) || null,
    remove: executing(CommandIDs.schedule.remove) || null
  });
}

interface INoteProps {
  schedules: ISchedules;
  trans: TranslationBundle;
}

/** The problem, or why there are no rows. */
function Note({ schedules, trans }: INoteProps): JSX.Element | null {
  const { filter, isReady, items, problem } = schedules;
  if (problem) {
    const retry = (): void => void schedules.refresh();
    return <Problem onRetry={retry} problem={problem} trans={trans} />;
  }
  if (items.length) {
    return null;
  }
  if (!isReady) {
    return <Loading trans={trans} />;
  }
  if (filter.notebook !== null || filter.state !== null) {
    return (
      <div className="jp-NbTasks-hint" role="status">
        <p>{trans.__('No schedules match the filter.')}</p>
        <button
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => void schedules.setFilter({ notebook: null, state: null })}
          type="button"
        >
          {trans.__('Show all schedules')}
        </button>
      </div>
    );
  }
  return (
    <div className="jp-NbTasks-hint">
      <strong>{trans.__('No schedules yet')}</strong>
      <p>
        {trans.__(
          'Open a notebook, click “Run as task” in its toolbar and choose “On a schedule”.'
        )}
      </p>
    </div>
  );
}
