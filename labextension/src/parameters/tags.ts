/**
 * The tags that papermill reads, and how one is set and taken away.
 */
import type { ICellModel } from '@jupyterlab/cells';

/**
 * Marks the cell whose assignments are the notebook's parameters.
 */
export const PARAMETERS = 'parameters';

/**
 * Marks the cell in which a run has put the values it was given.
 */
export const INJECTED = 'injected-parameters';

/**
 * Whether *cell* carries *tag*.
 */
export function hasTag(cell: ICellModel, tag: string): boolean {
  return tagsOf(cell).includes(tag);
}

/**
 * Set *tag* on *cell*, or take it away; nothing else is written.
 */
export function toggleTag(cell: ICellModel, tag: string): void {
  const { sharedModel } = cell;
  const tags = tagsOf(cell);
  const others = tags.filter(other => other !== tag);
  // In a transaction of the notebook: what setMetadata() writes alone cannot be undone, and
  // what a cell writes only by undoing its text.
  (sharedModel.notebook ?? sharedModel).transact(() => {
    if (others.length === tags.length) {
      sharedModel.setMetadata('tags', [...tags, tag]);
    } else if (others.length > 0) {
      sharedModel.setMetadata('tags', others);
    } else {
      sharedModel.deleteMetadata('tags');
    }
  });
}

function tagsOf(cell: ICellModel): string[] {
  const tags: unknown = cell.sharedModel.getMetadata('tags');
  return Array.isArray(tags) ? (tags as string[]) : [];
}
