/**
 * Keys that move the focus.
 */
import { targetIndex } from '../../src/lists/keys';

const ROWS = { back: 'ArrowUp', forth: 'ArrowDown', page: 10 };

describe('destination', () => {
  it.each([
    ['ArrowDown', 3, 4],
    ['ArrowUp', 3, 2],
    ['ArrowUp', 0, 0],
    ['ArrowDown', 99, 99],
    ['PageDown', 95, 99],
    ['PageUp', 95, 85],
    ['Home', 50, 0],
    ['End', 50, 99]
  ])('%s leads from %i to %i of a hundred', (key, from, to) => {
    expect(targetIndex(key, from, 100, ROWS)).toBe(to);
  });

  it('leads nowhere by other keys, nor where there is nothing', () => {
    expect(targetIndex('ArrowLeft', 3, 100, ROWS)).toBeNull();
    expect(targetIndex('End', 0, 0, ROWS)).toBeNull();
  });
});
