/**
 * The two choices above the list of schedules.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import type { ScheduleState } from '../api/schedules';
import { NotebookOnly } from '../lists/notebookonly';
import type { ISchedules } from '../tokens';
import { stateName } from './format';

const STATES: ReadonlyArray<ScheduleState> = ['ACTIVE', 'PAUSED', 'ENDED'];

/**
 * What the filter needs; *notebook* is the one on screen.
 */
export interface IScheduleFilterProps {
  notebook: string | null;
  schedules: ISchedules;
  trans: TranslationBundle;
}

/**
 * Filters the list: by state, and by the notebook on screen.
 */
export function ScheduleFilter(props: IScheduleFilterProps): JSX.Element {
  const { notebook, schedules, trans } = props;
  const { filter } = schedules;
  return (
    <div aria-label={trans.__('Which schedules')} className="jp-NbTasks-filter" role="search">
      <HTMLSelect
        aria-label={trans.__('State')}
        onChange={event => {
          const state = STATES[event.target.selectedIndex - 1] ?? null;
          void schedules.setFilter({ state });
        }}
        value={filter.state ?? ''}
      >
        <option value="">{trans.__('All')}</option>
        {STATES.map(state => (
          <option key={state} value={state}>
            {stateName(state, trans)}
          </option>
        ))}
      </HTMLSelect>
      <NotebookOnly
        chosen={filter.notebook}
        hint={path => trans.__('Only the schedules of %1', path)}
        notebook={notebook}
        onChoose={path => void schedules.setFilter({ notebook: path })}
        trans={trans}
      />
    </div>
  );
}
