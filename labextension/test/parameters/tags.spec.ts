/**
 * Marking a cell, in a real shared notebook.
 */
import { PARAMETERS, hasTag, toggleTag } from '../../src/parameters/tags';
import { notebookOf } from './cells';

describe('toggleTag()', () => {
  it('marks a cell, and leaves nothing behind when it unmarks it', () => {
    const cell = notebookOf([])[1][0]!;
    const before = cell.toJSON();

    toggleTag(cell, PARAMETERS);
    expect(cell.toJSON().metadata['tags']).toEqual(['parameters']);

    toggleTag(cell, PARAMETERS);
    expect(cell.toJSON()).toEqual(before);
  });

  it('keeps the other tags', () => {
    const cell = notebookOf(['a'])[1][0]!;

    toggleTag(cell, PARAMETERS);
    expect(cell.toJSON().metadata['tags']).toEqual(['a', 'parameters']);

    toggleTag(cell, PARAMETERS);
    expect(cell.toJSON().metadata['tags']).toEqual(['a']);
  });

  it('can be undone and redone in the notebook', () => {
    const [notebook, cells] = notebookOf([]);
    const cell = cells[0]!;

    toggleTag(cell, PARAMETERS);
    notebook.undo();
    expect(hasTag(cell, PARAMETERS)).toBe(false);

    notebook.redo();
    expect(hasTag(cell, PARAMETERS)).toBe(true);
  });
});
