/**
 * The next occurrences of a schedule.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IPreview } from '../api/schedules';
import { zoned } from './format';
import { ownZone } from './zones';

/**
 * What is to be shown.
 */
export interface INextProps {
  preview: IPreview;
  trans: TranslationBundle;
}

/**
 * When it is due, by the clocks of the schedule and by the person's own, and what a change of the
 * clocks does to it.
 */
export function Next({ preview, trans }: INextProps): JSX.Element {
  const { next, notes, timezone } = preview;
  const own = ownZone();
  const title = trans.__('Next');
  return (
    <section aria-label={title} className="jp-NbTasks-section">
      <h2>{title}</h2>
      <ol className="jp-NbTasks-next" role="list">
        {next.map(({ utc }) => {
          const [there, here] = [zoned(utc, timezone), zoned(utc, own)];
          return (
            <li key={utc}>
              <time dateTime={utc}>{there}</time>
              {here !== there && <span>{trans.__('%1 for you', here)}</span>}
            </li>
          );
        })}
      </ol>
      {notes.map(note => (
        <p className="jp-NbTasks-note" key={note}>
          {note}
        </p>
      ))}
    </section>
  );
}
