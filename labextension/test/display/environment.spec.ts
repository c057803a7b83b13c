/**
 * What is said of environments.
 */
import { nullTranslator } from '@jupyterlab/translation';
import type { IEnvironment } from '../../src/api/environments';
import { elsewhereWords, environmentWords } from '../../src/display/environment';

const trans = nullTranslator.load('');
const place = '~/first/bin/python';
const environment: IEnvironment = {
  id: 'e1',
  display_name: 'Python 3',
  interpreter: '/home/ann/first/bin/python',
  place,
  versions: { Python: '3.12.1', ipykernel: '7.1.0' },
  is_here: false,
  is_gone: false
};

describe('environmentWords', () => {
  it('says which interpreter it is, and its versions', () => {
    const words = 'Python 3 · ~/first/bin/python · Python 3.12.1 · ipykernel 7.1.0';
    expect(environmentWords(environment)).toBe(words);
  });
});

describe('elsewhereWords', () => {
  it.each([
    [{ is_here: true }, ''],
    [{}, `Runs in another environment: ${place}`],
    [{ is_gone: true }, `Its environment is gone: ${place}`]
  ])('says of %j: %s', (facts, words) => {
    expect(elsewhereWords({ ...environment, ...facts }, trans)).toBe(words);
  });

  it('says nothing of what has none', () => {
    expect(elsewhereWords(null, trans)).toBe('');
  });
});
