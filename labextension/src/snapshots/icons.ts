/**
 * Signs for why there are snapshots.
 */
import type { LabIcon } from '@jupyterlab/ui-components';
import { editIcon, historyIcon, linkIcon } from '@jupyterlab/ui-components';
import type { SnapshotKind } from '../api/snapshots';
import { icon, scheduleIcon } from '../display/icons';

/**
 * A small sign for why there is a snapshot.
 */
export const kindIcons: Record<SnapshotKind, LabIcon> = {
  manual: icon(
    'manual',
    '<path class="jp-NbTasks-fill" d="M6 3h12v18l-6-4.500L6 21z" fill="#616161"/>'
  ),
  restore: historyIcon,
  update: editIcon,
  schedule: scheduleIcon,
  tool: linkIcon
};
