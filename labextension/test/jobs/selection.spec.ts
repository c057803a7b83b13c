/**
 * Jobs are selected one by one and in ranges.
 */
import type { ISelection } from '../../src/jobs/selection';
import { extended, NOTHING, toggled } from '../../src/jobs/selection';

const SHOWN = ['e', 'd', 'c', 'b', 'a'];

function idsOf({ ids }: ISelection): string {
  return [...ids].sort().join('');
}

describe('A selection', () => {
  it('takes one, and leaves it again', () => {
    const two = toggled(toggled(NOTHING, 'a'), 'c');

    expect(idsOf(two)).toBe('ac');
    expect(idsOf(toggled(two, 'a'))).toBe('c');
  });

  it('goes from the last one in either direction', () => {
    const one = toggled(NOTHING, 'c');

    expect(idsOf(extended(one, SHOWN, 'a'))).toBe('abc');
    expect(idsOf(extended(one, SHOWN, 'e'))).toBe('cde');
    expect(idsOf(extended(extended(one, SHOWN, 'a'), SHOWN, 'd'))).toBe('abcd');
  });

  it('begins where there is nothing to go from', () => {
    expect(idsOf(extended(NOTHING, SHOWN, 'b'))).toBe('b');
    expect(idsOf(extended({ ids: new Set(), anchor: 'gone' }, SHOWN, 'b'))).toBe('b');
  });
});
