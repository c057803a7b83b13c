/**
 * A rule in words, and when it is due next.
 */
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IPreview } from '../api/schedules';
import { zoned } from './format';
import type { Preview } from './preview';
import { isZone, ownZone } from './zones';

interface IForecastProps {
  preview: Preview;
  trans: TranslationBundle;
}

/**
 * The last answer of *preview*, pale while there may be another.
 */
export function Forecast({ preview, trans }: IForecastProps): JSX.Element {
  const { answer, isWaiting, problem } = preview;
  return (
    <div className="jp-NbTasks-forecast" data-old={isWaiting || problem !== null || undefined}>
      <div role="status">
        {answer?.description ?? trans.__('When it is due next is shown here.')}
      </div>
      {problem instanceof ServerConnection.NetworkError && (
        <div className="jp-NbTasks-field-error">
          {trans.__('The server cannot be reached, so this may not be up to date.')}
        </div>
      )}
      {answer && <Times answer={answer} trans={trans} />}
      {answer && answer.notes.length > 0 && (
        <ul className="jp-NbTasks-warnings" aria-label={trans.__('Notes')} role="list">
          {answer.notes.map(note => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface ITimesProps {
  answer: IPreview;
  trans: TranslationBundle;
}

function Times({ answer, trans }: ITimesProps): JSX.Element {
  const { next, timezone } = answer;
  if (next.length === 0) {
    return <p>{trans.__('It is never due: it ends before its first time.')}</p>;
  }
  const rows = next.map(({ utc, local }) => ({
    utc,
    there: isZone(timezone) ? zoned(utc, timezone) : local,
    here: zoned(utc, ownZone())
  }));
  const isElsewhere = rows.some(({ there, here }) => there !== here);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{trans.__('Next in %1', timezone)}</th>
          {isElsewhere && <th scope="col">{trans.__('For you, in %1', ownZone())}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ utc, there, here }) => (
          <tr key={utc}>
            <td>{there}</td>
            {isElsewhere && <td>{here}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
