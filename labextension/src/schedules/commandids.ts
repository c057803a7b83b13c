/**
 * The names of the commands that mean a schedule; their argument `id` names it.
 */
export const ScheduleCommandIDs = {
  open: 'jupyter-nbtasks:open-schedule',
  run: 'jupyter-nbtasks:run-schedule',
  toggle: 'jupyter-nbtasks:toggle-schedule',
  edit: 'jupyter-nbtasks:edit-schedule',
  duplicate: 'jupyter-nbtasks:duplicate-schedule',
  remove: 'jupyter-nbtasks:delete-schedule'
} as const;
