/**
 * The upper part of a job's page: what is known of the job.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { IJob } from '../api/jobs';
import { CommandIDs } from '../commandids';
import { useNow } from '../display/clock';
import { environmentWords } from '../display/environment';
import type { IFact } from '../display/facttable';
import { FactTable, Link, Values } from '../display/facttable';
import { duration, fineDuration, moment, size } from '../display/format';
import {
  earlierAttempts,
  kernelOf,
  progressWords,
  reasonOf,
  secondsOf,
  statusName
} from './format';
import { statusIcons } from './icons';
import type { LiveJob } from './live';
import { CellsDone } from './progress';
import { isFinal } from './status';
import { Timeline } from './timeline';

/**
 * Facts, warnings, failure and timeline; they are drawn again as the job goes on.
 */
export class JobFacts extends VDomRenderer<LiveJob> {
  constructor(
    live: LiveJob,
    private _commands: CommandRegistry,
    private _trans: TranslationBundle,
    private _onPick: (index: number) => void
  ) {
    super(live);
    this.addClass('jp-NbTasks-facts');
  }

  protected override render(): JSX.Element {
    const { job, problem } = this.model;
    const trans = this._trans;
    if (!job) {
      return (
        <p className="jp-NbTasks-hint" role={problem ? 'alert' : 'status'}>
          {problem ?? trans.__('Asking the server…')}
        </p>
      );
    }
    return (
      <>
        <Heading job={job} trans={trans} />
        {problem && (
          <p className="jp-NbTasks-problem" role="alert">
            {problem}
          </p>
        )}
        <Table commands={this._commands} job={job} trans={trans} />
        <Values title={trans.__('Parameters')} values={job.parameters} />
        <Values title={trans.__('Results')} values={job.results} />
        {job.warnings.map(warning => (
          <p className="jp-NbTasks-warning" key={warning}>
            {warning}
          </p>
        ))}
        {job.status === 'FAILED' && (
          <div className="jp-NbTasks-failure" role="alert">
            <p>{reasonOf(job, trans)}</p>
            {job.error && job.notebook && (
              <button
                className="jp-mod-styled jp-mod-accept"
                onClick={() => void this._commands.execute(CommandIDs.job.cell, { id: job.id })}
                type="button"
              >
                {trans.__('Go to the cell')}
              </button>
            )}
          </div>
        )}
        <Timeline
          cells={job.cells ?? []}
          isRunning={job.status === 'EXECUTING' && this.isVisible}
          onPick={this._onPick}
          trans={trans}
        />
      </>
    );
  }
}

interface IFactProps {
  job: IJob;
  trans: TranslationBundle;
}

function Heading({ job, trans }: IFactProps): JSX.Element {
  const Icon = statusIcons[job.status];
  const now = useNow(job.status === 'EXECUTING' ? 1000 : null);
  const seconds = secondsOf(job, now);
  return (
    <div className="jp-NbTasks-heading">
      <h1>{job.name}</h1>
      <p aria-live="polite" className="jp-NbTasks-state" data-status={job.status}>
        <Icon.react tag="span" className="jp-NbTasks-status" />
        {statusName(job.status, trans)}
      </p>
      {seconds !== null && (
        <span className="jp-NbTasks-clock">
          {isFinal(job.status) ? fineDuration(seconds) : duration(seconds)}
        </span>
      )}
      {job.status === 'EXECUTING' && (
        <>
          <CellsDone progress={job.progress} trans={trans} />
          <span>{progressWords(job.progress, trans)}</span>
        </>
      )}
    </div>
  );
}

interface ITableProps extends IFactProps {
  commands: CommandRegistry;
}

function Table({ commands, job, trans }: ITableProps): JSX.Element {
  const { schedule_id: id, usage } = job;
  const schedule = id !== null && (
    <Link onClick={() => void commands.execute(CommandIDs.schedule.open, { id })}>
      {trans.__('Open its schedule')}
    </Link>
  );
  const facts: ReadonlyArray<IFact> = [
    [trans.__('Notebook'), job.notebook],
    [trans.__('Schedule'), schedule],
    [trans.__('Due'), job.nominal_time && moment(job.nominal_time)],
    [trans.__('Submitted'), moment(job.created_at)],
    [trans.__('Started'), job.started_at && moment(job.started_at)],
    [trans.__('Ended'), job.ended_at && moment(job.ended_at)],
    [trans.__('By'), [job.owner, triggerName(job, trans)].filter(Boolean).join(', ')],
    // The server's own words say why, to whoever points at it.
    [trans.__('Kernel'), <span title={job.kernel_start ?? ''}>{kernelOf(job, trans)}</span>],
    [trans.__('Environment'), job.environment && environmentWords(job.environment)],
    [
      trans.__('Attempt'),
      job.max_attempts > 1 ? trans.__('%1 of %2', job.attempt, job.max_attempts) : null
    ],
    ...earlierAttempts(job).map(({ message, number }): IFact => [
      trans.__('Attempt %1', number),
      message
    ]),
    [trans.__('CPU time'), usage.cpu_seconds && fineDuration(usage.cpu_seconds)],
    [trans.__('Memory'), usage.peak_memory_bytes && size(usage.peak_memory_bytes)],
    [trans.__('Output'), job.output_path],
    [trans.__('Tags'), job.tags.join(', ')]
  ];
  return <FactTable facts={facts} />;
}

function triggerName({ trigger }: IJob, trans: TranslationBundle): string {
  const names: Record<string, string> = {
    api: trans.__('over the API'),
    lab: trans.__('in JupyterLab'),
    cli: trans.__('on the command line'),
    schedule: trans.__('on a schedule'),
    webhook: trans.__('by a webhook'),
    tool: trans.__('as a tool'),
    rerun: trans.__('run again')
  };
  return names[trigger.type] ?? trigger.type;
}
