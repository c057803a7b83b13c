/**
 * The names of all commands.
 */

/**
 * Commands of the front end, by what they mean.
 */
export namespace CommandIDs {
  /** Shows the sidebar with the jobs, schedules and snapshots. */
  export const showTasks = 'jupyter-nbtasks:show-jobs';

  /** Runs the active notebook. */
  export const runNotebook = 'jupyter-nbtasks:run-notebook';

  /** Asks when to run the active notebook again and again. */
  export const scheduleNotebook = 'jupyter-nbtasks:schedule-notebook';

  /** Runs the notebooks that are selected in the file browser. */
  export const runFile = 'jupyter-nbtasks:run-file';

  /** Marks the active cell as the parameters cell, or unmarks it. */
  export const toggleParameters = 'jupyter-nbtasks:toggle-parameters';

  /** Takes a snapshot of the notebook on screen. */
  export const createSnapshot = 'jupyter-nbtasks:create-snapshot';

  /** Takes back that a snapshot was just deleted. */
  export const undoDeleteSnapshot = 'jupyter-nbtasks:undo-delete-snapshot';

  /**
   * Opens a page that compares two notebooks; its arguments say which: `kind` (`snapshot` or
   * `job`), `id`, and `other`, an id or one of `ComparedWith`.
   */
  export const openComparison = 'jupyter-nbtasks:open-comparison';

  /** Those that mean a job; without the argument `id` it is the current one. */
  export const job = {
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

  /** Those that mean a schedule; without the argument `id` it is the current one. */
  export const schedule = {
    open: 'jupyter-nbtasks:open-schedule',
    run: 'jupyter-nbtasks:run-schedule',
    toggle: 'jupyter-nbtasks:toggle-schedule',
    move: 'jupyter-nbtasks:move-schedule',
    edit: 'jupyter-nbtasks:edit-schedule',
    duplicate: 'jupyter-nbtasks:duplicate-schedule',
    remove: 'jupyter-nbtasks:delete-schedule'
  } as const;

  /** Those that mean a snapshot; without the argument `id` it is the current one. */
  export const snapshot = {
    compare: 'jupyter-nbtasks:compare-snapshot',
    compareWith: 'jupyter-nbtasks:compare-snapshot-with',
    restore: 'jupyter-nbtasks:restore-snapshot',
    run: 'jupyter-nbtasks:run-snapshot',
    edit: 'jupyter-nbtasks:edit-snapshot',
    saveAs: 'jupyter-nbtasks:save-snapshot-as',
    download: 'jupyter-nbtasks:download-snapshot',
    remove: 'jupyter-nbtasks:delete-snapshot'
  } as const;

  /** Those that mean the comparison on screen. */
  export const comparison = {
    restore: 'jupyter-nbtasks:restore-compared',
    previous: 'jupyter-nbtasks:previous-difference',
    next: 'jupyter-nbtasks:next-difference',
    outputs: 'jupyter-nbtasks:compare-outputs'
  } as const;
}

/**
 * What a snapshot or a job is compared with if not with another one: a snapshot with the notebook
 * as it is on screen, or with the file; a job with the run before it.
 */
export const ComparedWith = {
  screen: 'screen',
  file: 'file',
  last: 'last'
} as const;
