/**
 * Signs for what becomes of a job.
 */
import type { LabIcon } from '@jupyterlab/ui-components';
import type { JobStatus } from '../api/jobs';
import { CIRCLE, icon } from '../display/icons';

/**
 * A small sign for each status.
 */
export const statusIcons: Record<JobStatus, LabIcon> = {
  SUBMITTED: icon(
    'submitted',
    `<g class="jp-icon3-stroke jp-NbTasks-stroke" stroke="#616161">${CIRCLE}/><path d="M12 7.5V12l3 2" fill="none" stroke-width="2"/></g>`
  ),
  EXECUTING: icon(
    'executing',
    `<g class="jp-NbTasks-stroke" stroke="#616161">${CIRCLE} opacity=".3"/><path d="M12 4a8 8 0 0 1 8 8" fill="none" stroke-width="2.5" stroke-linecap="round"/></g>`
  ),
  CANCELLING: icon(
    'cancelling',
    `<g class="jp-NbTasks-stroke" stroke="#616161">${CIRCLE} stroke-dasharray="3 3"/></g>`
  ),
  COMPLETED: icon(
    'completed',
    '<path class="jp-NbTasks-stroke" d="M5 12.5l4.5 4.5L19 7.5" fill="none" stroke="#616161" stroke-width="2.8"/>'
  ),
  FAILED: icon(
    'failed',
    '<path class="jp-NbTasks-stroke" d="M6.5 6.5l11 11m0-11l-11 11" fill="none" stroke="#616161" stroke-width="2.8"/>'
  ),
  CANCELLED: icon(
    'cancelled',
    `<g class="jp-NbTasks-stroke" stroke="#616161">${CIRCLE}/><path d="M8 12h8" fill="none" stroke-width="2.5"/></g>`
  )
};
