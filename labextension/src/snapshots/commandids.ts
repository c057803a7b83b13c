/**
 * The names of the commands that mean a snapshot; their argument `id` names it.
 */
export const SnapshotCommandIDs = {
  compare: 'jupyter-nbtasks:compare-snapshot',
  compareWith: 'jupyter-nbtasks:compare-snapshot-with',
  restore: 'jupyter-nbtasks:restore-snapshot',
  run: 'jupyter-nbtasks:run-snapshot',
  edit: 'jupyter-nbtasks:edit-snapshot',
  saveAs: 'jupyter-nbtasks:save-snapshot-as',
  download: 'jupyter-nbtasks:download-snapshot',
  remove: 'jupyter-nbtasks:delete-snapshot'
} as const;

/**
 * Takes a snapshot of the notebook on screen; takes back that one was deleted.
 */
export const CREATE = 'jupyter-nbtasks:create-snapshot';
export const UNDO = 'jupyter-nbtasks:undo-delete-snapshot';
