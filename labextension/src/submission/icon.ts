/**
 * The icon of "Run as task": a sheet that starts by itself.
 */
import { LabIcon } from '@jupyterlab/ui-components';

/**
 * A sheet of a notebook with a start triangle.
 */
export const runAsTaskIcon = new LabIcon({
  name: 'jupyter-nbtasks:run-as-task',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M5 2h10l5 5v3h-2V8h-4V4H6v16h5v2H5a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1z"/>
    <path d="M13 12v10l8-5z"/>
    <path d="M8 9h4v1.800H8zM8 13h3v1.800H8z"/>
  </g>
</svg>`
});
