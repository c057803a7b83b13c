/**
 * The names of the commands that mean a job; without the argument `id` it is the current one.
 */
export const CommandIDs = {
  show: 'jupyter-nbtasks:show-jobs',
  open: 'jupyter-nbtasks:open-job',
  cancel: 'jupyter-nbtasks:cancel-job',
  rerun: 'jupyter-nbtasks:rerun-job',
  rerunWith: 'jupyter-nbtasks:rerun-job-with',
  remove: 'jupyter-nbtasks:delete-job',
  report: 'jupyter-nbtasks:open-report',
  output: 'jupyter-nbtasks:open-output',
  save: 'jupyter-nbtasks:save-output',
  compare: 'jupyter-nbtasks:compare-job',
  compareWith: 'jupyter-nbtasks:compare-job-with',
  debug: 'jupyter-nbtasks:debug-job',
  cell: 'jupyter-nbtasks:go-to-cell'
} as const;
