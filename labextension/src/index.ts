/**
 * The front end's entry: the plugins that JupyterLab loads, nothing else.
 */
import { parameters } from './parameters/plugin';
import { run } from './submission/plugin';

export default [parameters, run];
