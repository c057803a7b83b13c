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
    ['fork', 'python3, started at once as a copy of a ready one'],
    ['warm', 'python3, which was ready and waiting'],
    ['cold: its fork server is being replaced', 'python3, started for this job']
  ])('says of a start that is %s: %s', (kernel_start, words) => {
    const started = job('j1', 'COMPLETED', { kernel_name: 'python3', kernel_start });
    expect(kernelOf(started, trans)).toBe(words);
  });
});
