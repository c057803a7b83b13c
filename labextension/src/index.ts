/**
 * The front end's entry: the plugins that JupyterLab loads, nothing else.
 */
import { runAgain } from './jobs/again';
import { notifications } from './jobs/notifications';
import { jobPage } from './jobs/pageplugin';
import { jobs } from './jobs/plugin';
import { status } from './jobs/statusbar';
import { parameters } from './parameters/plugin';
import { editSchedule } from './schedules/edit';
import { run } from './submission/plugin';
import { sidebar } from './sidebar';

export default [jobs, sidebar, jobPage, status, notifications, parameters, run, runAgain, editSchedule];
