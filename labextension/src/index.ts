/**
 * The front end's entry: the plugins that JupyterLab loads, nothing else.
 */
import { comparisonPage } from './comparing/pageplugin';
import { runAgain } from './jobs/again';
import { compareJobs } from './jobs/comparing';
import { notifications } from './jobs/notifications';
import { jobPage } from './jobs/pageplugin';
import { jobs } from './jobs/plugin';
import { status } from './jobs/statusbar';
import { parameters } from './parameters/plugin';
import { tasks } from './plugin';
import { editSchedule } from './schedules/edit';
import { schedulePage } from './schedules/pageplugin';
import { schedules } from './schedules/plugin';
import { sidebar } from './sidebar';
import { snapshots } from './snapshots/plugin';
import { run } from './submission/plugin';

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
