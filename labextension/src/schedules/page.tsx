/**
 * A schedule's page in the main area: facts, chart, what is next, what was.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ISchedule } from '../api/schedules';
import { CommandIDs } from '../commandids';
import { useNow } from '../display/clock';
import { Values } from '../display/facttable';
import { moment } from '../display/format';
import { Loading, Problem } from '../lists/problem';
import { Chart } from './chart';
import { ScheduleFacts } from './facts';
import { placeOf, stateName, until } from './format';
import { History } from './history';
import { stateIcons } from './icons';
import type { LiveSchedule } from './live';
import { Next } from './next';

/**
 * The content of a schedule's page.
 */
export class SchedulePage extends VDomRenderer<LiveSchedule> {
  constructor(
    readonly live: LiveSchedule,
    private _commands: CommandRegistry,
    private _trans: TranslationBundle
  ) {
    super(live);
    this.addClass('jp-NbTasks-page');
    this.addClass('jp-NbTasks-facts');
    this.addClass('jp-NbTasks-schedulePage');
    this.node.setAttribute('role', 'region');
    this.node.tabIndex = 0;
    live.stateChanged.connect(this._onChanged, this);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      super.dispose();
      this.live.dispose();
    }
  }

  protected override render(): JSX.Element {
    const { occurrences, preview, problem, runs, schedule } = this.live;
    const trans = this._trans;
    const retry = (): void => void this.live.refresh();
    const problemBox = problem && <Problem onRetry={retry} problem={problem} trans={trans} />;
    if (!schedule) {
      return problemBox || <Loading trans={trans} />;
    }
    const { message, parameters, state, timezone: zone } = schedule;
    const open = (path: string): void => void this._commands.execute('docmanager:open', { path });
    const pick = (id: string): void => void this._commands.execute(CommandIDs.job.open, { id });
    const { move } = CommandIDs.schedule;
    const moveHere = (): void => void this._commands.execute(move, { id: schedule.id });
    return (
      <>
        <Heading schedule={schedule} trans={trans} />
        {problemBox}
        {message && (
          <p className="jp-NbTasks-warning" role={state === 'PAUSED' ? 'alert' : 'status'}>
            {message}
          </p>
        )}
        <ScheduleFacts onMove={moveHere} onOpen={open} schedule={schedule} trans={trans} />
        <Values title={trans.__('Parameters')} values={parameters} />
        {state === 'ACTIVE' && preview && <Next preview={preview} trans={trans} />}
        <section aria-label={trans.__('Occurrences')} className="jp-NbTasks-section">
          <h2>{trans.__('Occurrences')}</h2>
          {runs.length > 0 ? (
            <>
              <Chart onPick={pick} runs={runs} trans={trans} zone={zone} />
              <History
                hasMore={occurrences.hasMore}
                onMore={() => void this.live.loadMore()}
                onPick={pick}
                runs={runs}
                trans={trans}
                zone={zone}
              />
            </>
          ) : (
            <p>
              {occurrences.isReady
                ? trans.__('There are none yet.')
                : trans.__('Asking the server…')}
            </p>
          )}
        </section>
      </>
    );
  }

  private _onChanged({ schedule }: LiveSchedule): void {
    if (schedule) {
      this.title.label = schedule.name;
      this.node.setAttribute('aria-label', this._trans.__('Schedule %1', schedule.name));
    }
  }
}

interface IHeadingProps {
  schedule: ISchedule;
  trans: TranslationBundle;
}

function Heading({ schedule, trans }: IHeadingProps): JSX.Element {
  const { name, next_run_at: next, state } = schedule;
  const now = useNow(next === null ? null : 30_000);
  const Icon = stateIcons[state];
  return (
    <>
      <div className="jp-NbTasks-heading">
        <h1>{name}</h1>
        <p aria-live="polite" className="jp-NbTasks-state" data-state={state}>
          <Icon.react tag="span" className="jp-NbTasks-status" />
          {stateName(state, trans)}
        </p>
        {next !== null && (
          <span className="jp-NbTasks-clock" title={moment(next)}>
            {trans.__('next %1', until(next, now, trans))}
          </span>
        )}
      </div>
      <p className="jp-NbTasks-rule">
        {[schedule.description, placeOf(schedule)].filter(Boolean).join(' · ')}
      </p>
    </>
  );
}
