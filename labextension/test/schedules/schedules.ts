/**
 * Schedules as the server answers them.
 */
import type { ISchedule } from '../../src/api/schedules';

/**
 * A schedule that runs weekly.ipynb on weekdays at nine in Berlin.
 */
export function schedule(fields: Partial<ISchedule> = {}): ISchedule {
  return {
    id: 's1',
    item_id: null,
    owner: 'ann',
    name: 'weekly',
    notebook: 'weekly.ipynb',
    state: 'ACTIVE',
    message: null,
    description: 'At 09:00, Monday through Friday',
    cron: '0 9 * * 1-5',
    interval: null,
    timezone: 'Europe/Berlin',
    start: null,
    end: null,
    max_occurrences: null,
    left_out: [],
    overlap: 'skip',
    catch_up: 'latest',
    grace: 60,
    max_consecutive_failures: 5,
    parameters: { x: 1 },
    kernel_name: null,
    environment: null,
    timeout: null,
    cell_timeout: null,
    priority: 0,
    max_attempts: 1,
    retry_delay: 10,
    output_path: null,
    update_notebook: false,
    save_parameters: true,
    strict: true,
    keep_kernel_on_failure: 0,
    env: {},
    tags: [],
    next_run_at: '2026-11-23T08:00:00.000Z',
    occurrences: 0,
    failures_in_a_row: 0,
    last_job: null,
    recent: [],
    created_at: '2026-11-21T08:06:46.502Z',
    updated_at: '2026-11-21T08:06:46.502Z',
    ...fields
  };
}
