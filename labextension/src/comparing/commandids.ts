/**
 * The names of the commands that concern comparisons: what is to be compared is in their arguments.
 */
export const COMPARE = 'jupyter-nbtasks:open-comparison';

/**
 * Those that mean the comparison on screen.
 */
export const ComparisonCommandIDs = {
  restore: 'jupyter-nbtasks:restore-compared',
  previous: 'jupyter-nbtasks:previous-difference',
  next: 'jupyter-nbtasks:next-difference',
  outputs: 'jupyter-nbtasks:compare-outputs'
} as const;
