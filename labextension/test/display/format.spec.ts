/**
 * What is said of jobs.
 */
import { nullTranslator } from '@jupyterlab/translation';
import { kernelOf } from '../../src/jobs/format';
import { job } from '../jobs/server';

const trans = nullTranslator.load('');

describe('kernelOf', () => {
  it.each([
    [null, 'python3'],
    ['fork', 'python3, forked'],
    ['warm', 'python3, ready before the job came'],
    [
      'cold: its fork server is being replaced',
      'python3, started afresh: its fork server is being replaced'
    ]
  ])('says of a start that is %s: %s', (kernel_start, words) => {
    const started = job('j1', 'COMPLETED', { kernel_name: 'python3', kernel_start });
    expect(kernelOf(started, trans)).toBe(words);
  });
});
