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
import { editSchedule } from './schedules/edit';
import { run } from './submission/plugin';
import { tasks } from './plugin';
import { schedules } from './schedules/plugin';
import { schedulePage } from './schedules/pageplugin';
import { sidebar } from './sidebar';
import { snapshots } from './snapshots/plugin';

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
