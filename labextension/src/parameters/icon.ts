/**
 * The icon of parameters: two sliders.
 */
import { LabIcon } from '@jupyterlab/ui-components';

/**
 * Two sliders, one set low and one set high.
 */
export const parametersIcon = new LabIcon({
  name: 'jupyter-nbtasks:parameters',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M3 7h9v2H3zM18 7h3v2h-3zM3 15h3v2H3zM12 15h9v2h-9z"/>
    <path d="M15 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zm0 2a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z"/>
    <path d="M9 12.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zm0 2a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z"/>
  </g>
</svg>`
});
