/**
 * The front end's entry: the plugins that JupyterLab loads, nothing else.
 */
import { parameters } from './parameters/plugin';

export default [parameters];
