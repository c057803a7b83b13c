/**
 * Signs for schedules, and for what becomes of their occurrences.
 */
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ScheduleState } from '../api/schedules';
import { CIRCLE, icon } from '../display/icons';
import { statusIcons } from '../jobs/icons';
import type { OccurrenceResult } from './status';

/**
 * A small sign for what came of an occurrence.
 */
export const resultIcons: Record<OccurrenceResult, LabIcon> = {
  ...statusIcons,
  QUEUED: statusIcons.SUBMITTED,
  SKIPPED: icon(
    'skipped',
    '<path class="jp-NbTasks-stroke" d="M5 6l7 6-7 6M17.5 6v12" fill="none" stroke="#616161" stroke-width="2.5"/>'
  ),
  MISSED: icon(
    'missed',
    `<g class="jp-NbTasks-stroke" stroke="#616161">${CIRCLE} stroke-dasharray="2 3.03"/><path d="M12 7.5v5.5m0 2v2" fill="none" stroke-width="2.2"/></g>`
  ),
  GONE: icon(
    'gone',
    '<path class="jp-NbTasks-stroke" d="M7 12h10" fill="none" stroke="#616161" stroke-width="2.8"/>'
  )
};

/**
 * A small sign for each state of a schedule.
 */
export const stateIcons: Record<ScheduleState, LabIcon> = {
  ACTIVE: icon('active', '<circle class="jp-NbTasks-fill" cx="12" cy="12" r="6" fill="#616161"/>'),
  PAUSED: icon(
    'paused',
    '<path class="jp-NbTasks-fill" d="M7 5.5h3.5v13H7zM13.5 5.5H17v13h-3.5z" fill="#616161"/>'
  ),
  ENDED: icon(
    'ended',
    `<g class="jp-NbTasks-stroke" stroke="#616161">${CIRCLE.replace('8', '6')}/></g>`
  )
};
