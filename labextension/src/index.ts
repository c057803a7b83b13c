/**
 * The front end's entry: the plugins that JupyterLab loads, and what other extensions may import.
 */
import { comparisonPage } from './comparing/pageplugin';
import { jobs } from './jobs/commandsplugin';
import { compareJobs } from './jobs/compareplugin';
import { notifications } from './jobs/notificationsplugin';
import { jobPage } from './jobs/pageplugin';
import { runAgain } from './jobs/rerunplugin';
import { status } from './jobs/statusbarplugin';
import { parameters } from './parameters/parametersplugin';
import { schedules } from './schedules/commandsplugin';
import { editSchedule } from './schedules/editplugin';
import { schedulePage } from './schedules/pageplugin';
import { snapshots } from './snapshots/commandsplugin';
import { run } from './submission/runplugin';
import { sidebar } from './tasks/sidebarplugin';
import { tasks } from './tasks/tasksplugin';

export type * from './api/comparisons';
export type * from './api/jobs';
export type * from './api/page';
export type * from './api/parameters';
export { RequestError } from './api/request';
export type { IFieldError } from './api/request';
export type * from './api/schedules';
export type * from './api/snapshots';
export { CommandIDs, ComparedWith } from './commandids';
export * from './tokens';

export default [
  tasks,
  jobs,
  schedules,
  snapshots,
  sidebar,
  jobPage,
  schedulePage,
  comparisonPage,
  status,
  notifications,
  parameters,
  run,
  runAgain,
  compareJobs,
  editSchedule
];
