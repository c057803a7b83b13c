/**
 * The extension's own icons, and what others are made of; the classes give them the theme's colours.
 */
import { LabIcon } from '@jupyterlab/ui-components';

/**
 * An icon of this name; *drawing* is the inside of a picture of 24 by 24.
 */
export function icon(name: string, drawing: string): LabIcon {
  const svgstr = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">${drawing}</svg>`;
  return new LabIcon({ name: `jupyter-nbtasks:${name}`, svgstr });
}

/**
 * The tab of the sidebar: a list of which the first is running.
 */
export const tasksIcon = icon(
  'tasks',
  '<g class="jp-icon3" fill="#616161"><path d="M3 3.5v7l6-3.5z"/><path d="M11 6h10v2H11zM11 11h10v2H11zM11 16h10v2H11z"/><path d="M4.8 17.9l-1.9-1.9-1.2 1.2 3.1 3.1 5-5-1.2-1.2z"/></g>'
);

/**
 * Parameters: two sliders, one set low and one set high.
 */
export const parametersIcon = icon(
  'parameters',
  '<g class="jp-icon3" fill="#616161"><path d="M3 7h9v2H3zM18 7h3v2h-3zM3 15h3v2H3zM12 15h9v2h-9z"/><path d="M15 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zm0 2a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z"/><path d="M9 12.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zm0 2a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z"/></g>'
);

/**
 * Run as task: a sheet of a notebook with a start triangle.
 */
export const runAsTaskIcon = icon(
  'run-as-task',
  '<g class="jp-icon3" fill="#616161"><path d="M5 2h10l5 5v3h-2V8h-4V4H6v16h5v2H5a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1z"/><path d="M13 12v10l8-5z"/><path d="M8 9h4v1.800H8zM8 13h3v1.800H8z"/></g>'
);

/**
 * A schedule: a sheet of a calendar with a clock.
 */
export const scheduleIcon = icon(
  'schedule',
  '<g class="jp-icon3" fill="#616161"><path d="M5 4h2V2h2v2h6V2h2v2h2a1 1 0 0 1 1 1v5.5h-2V10H6v9h4.5v2H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z"/><path d="M17 12a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zm0 2a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z"/><path d="M16.2 15h1.6v2.2l1.5 1.1-.9 1.3-2.2-1.6z"/></g>'
);

/**
 * A snapshot: a bookmark in a sheet.
 */
export const snapshotIcon = icon(
  'snapshot',
  '<g class="jp-icon3" fill="#616161"><path d="M5 2h14a1 1 0 0 1 1 1v18a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zm1 2v16h12V4z"/><path d="M9 4h6v9l-3-2.200L9 13z"/></g>'
);

/**
 * Two notebooks side by side.
 */
export const compareIcon = icon(
  'compare',
  '<g class="jp-icon3" fill="#616161"><path d="M10 1h2v22h-2v-2H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h6zM10 6H5v13h5z"/><path d="M14 4h6a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1h-6v-2h5V6h-5z"/></g>'
);

/**
 * The beginning of a circle that most signs have; whoever uses it closes it.
 */
export const CIRCLE = '<circle cx="12" cy="12" r="8" fill="none" stroke-width="2.5"';
