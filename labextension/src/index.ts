/**
 * The front end's entry: the plugins that JupyterLab loads, nothing else.
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
