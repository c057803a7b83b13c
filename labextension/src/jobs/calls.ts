/**
 * Lists of jobs, as the server pages them.
 */
import type { ServerConnection } from '@jupyterlab/services';
import { LARGEST_PAGE } from '../lists/paged';
import { request } from '../request';
import type { IJobFilter, IJobPage } from '../tokens';
import { UNFINISHED } from './status';

/**
 * A page of the jobs that *filter* looks at.
 */
export function listJobs(
  settings: ServerConnection.ISettings,
  { notebook, q, statuses }: IJobFilter,
  limit: number,
  cursor: string | null = null
): Promise<IJobPage> {
  const query = {
    limit: `${limit}`,
    ...(cursor && { cursor }),
    ...(q && { q }),
    ...(notebook !== null && { notebook }),
    ...(statuses.length && { status: statuses.join(',') })
  };
  return request<IJobPage>(settings, 'GET', 'jobs', { query });
}

/**
 * The jobs that are not over.
 */
export function listUnfinished(settings: ServerConnection.ISettings): Promise<IJobPage> {
  const filter = { q: '', statuses: UNFINISHED, notebook: null };
  return listJobs(settings, filter, LARGEST_PAGE);
}
