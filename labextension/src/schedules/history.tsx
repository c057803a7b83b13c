/**
 * What became of the occurrences of a schedule, newest first.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Link } from '../display/facttable';
import { fineDuration, moment } from '../display/format';
import { reasonOf } from '../jobs/format';
import { nominalWords, resultName } from './format';
import { resultIcons } from './icons';
import type { IRun } from './live';
import { resultOf } from './status';

/**
 * What the table needs; *zone* is that of the schedule.
 */
export interface IHistoryProps {
  hasMore: boolean;
  onMore: () => void;
  onPick: (job: string) => void;
  runs: ReadonlyArray<IRun>;
  trans: TranslationBundle;
  zone: string | null | undefined;
}

/**
 * A line an occurrence; older ones on demand.
 */
export function History(props: IHistoryProps): JSX.Element {
  const { hasMore, onMore, runs, trans } = props;
  return (
    <>
      <table className="jp-NbTasks-history">
        <thead>
          <tr>
            <th scope="col">{trans.__('Due')}</th>
            <th scope="col">{trans.__('What came of it')}</th>
            <th scope="col">{trans.__('Took')}</th>
            <th scope="col">{trans.__('Why')}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(run => (
            <Line key={run.nominal_time} run={run} {...props} />
          ))}
        </tbody>
      </table>
      {hasMore && (
        <button className="jp-mod-styled jp-mod-minimal" onClick={onMore} type="button">
          {trans.__('Show older')}
        </button>
      )}
    </>
  );
}

function Line({ onPick, run, trans, zone }: IHistoryProps & { run: IRun }): JSX.Element {
  const { job_id: job, nominal_time, seconds, why } = run;
  const result = resultOf(run, run.status);
  const name = resultName(result, trans);
  const due = nominalWords(run, zone, trans);
  const Icon = resultIcons[result];
  const failure = result === 'FAILED' && run.job ? reasonOf(run.job, trans) : null;
  return (
    <tr data-status={result}>
      <td title={moment(nominal_time)}>{due}</td>
      <td>
        <span className="jp-NbTasks-result">
          <Icon.react tag="span" className="jp-NbTasks-status" />
          {job !== null && result !== 'GONE' ? (
            <Link label={trans.__('%1: open the job of %2', name, due)} onClick={() => onPick(job)}>
              {name}
            </Link>
          ) : (
            name
          )}
        </span>
      </td>
      <td>{seconds !== null && fineDuration(seconds)}</td>
      <td>{why ?? failure}</td>
    </tr>
  );
}
