/**
 * The search field and the two choices above the list of jobs.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import type { JobStatus } from '../api/jobs';
import { NotebookOnly } from '../lists/notebookonly';
import { Search } from '../lists/search';
import type { IJobs } from '../tokens';
import { RUNNING } from './status';

/**
 * What the filter needs; *notebook* is the one on screen.
 */
export interface IJobFilterProps {
  jobs: IJobs;
  notebook: string | null;
  trans: TranslationBundle;
}

/**
 * Filters the list: by words, by status, and by the notebook on screen.
 */
export function JobFilter(props: IJobFilterProps): JSX.Element {
  const { jobs, notebook, trans } = props;
  const { filter } = jobs;
  const choices: ReadonlyArray<[string, ReadonlyArray<JobStatus>]> = [
    [trans.__('All'), []],
    [trans.__('Running'), RUNNING],
    [trans.__('Waiting'), ['SUBMITTED']],
    [trans.__('Completed'), ['COMPLETED']],
    [trans.__('Failed'), ['FAILED']],
    [trans.__('Cancelled'), ['CANCELLED']]
  ];
  return (
    <div aria-label={trans.__('Which jobs')} className="jp-NbTasks-filter" role="search">
      <Search
        label={trans.__('Search jobs')}
        onSearch={q => void jobs.setFilter({ q })}
        placeholder={trans.__('Search…')}
        words={filter.q}
      />
      <HTMLSelect
        aria-label={trans.__('Status')}
        onChange={event => {
          const statuses = choices[event.target.selectedIndex]?.[1] ?? [];
          void jobs.setFilter({ statuses });
        }}
        value={`${filter.statuses.join()}`}
      >
        {choices.map(([label, statuses]) => (
          <option key={label} value={statuses.join()}>
            {label}
          </option>
        ))}
      </HTMLSelect>
      <NotebookOnly
        chosen={filter.notebook}
        hint={path => trans.__('Only the jobs of %1', path)}
        notebook={notebook}
        onChoose={path => void jobs.setFilter({ notebook: path })}
        trans={trans}
      />
    </div>
  );
}
