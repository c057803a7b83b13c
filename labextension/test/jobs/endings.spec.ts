/**
 * People are told once of what has ended, together where it was together, and also afterwards.
 */
import { nullTranslator } from '@jupyterlab/translation';
import type { IJob, JobStatus } from '../../src/api/jobs';
import { JobsApi } from '../../src/api/jobs';
import { endedWords } from '../../src/jobs/announcement';
import { Endings } from '../../src/jobs/endings';
import { JobsModel } from '../../src/jobs/model';
import { next } from '../waiting';
import { FakeBus, FakeServer, job, settled } from './server';

const trans = nullTranslator.load('');
const YESTERDAY = '2026-01-01T00:00:00Z';

function ended(id: string, status: JobStatus, more: Partial<IJob> = {}): IJob {
  const times = { started_at: '2026-01-02T08:00:00Z', ended_at: '2026-01-02T09:00:00Z' };
  const by = { owner: 'ann', trigger: { type: 'lab', id: null } };
  return job(id, status, { ...by, ...times, message: 'why', error: null, ...more });
}

function byTrigger(type: string, id: string, status: JobStatus): IJob {
  return ended(id, status, { trigger: { type, id: null } });
}

async function follow(since: string | null, over: IJob[], running: IJob[] = []) {
  const server = new FakeServer();
  server.answers['GET jobs'] = { items: running, next: null };
  const bus = new FakeBus();
  const jobs = new JobsModel(server.settings, bus);
  await jobs.refresh();
  server.answers['GET jobs'] = { items: over, next: null };
  const remembered: string[] = [];
  const endings = new Endings({
    api: new JobsApi(server.settings),
    jobs,
    user: 'ann',
    since,
    remember: moment => remembered.push(moment)
  });
  return { bus, endings, jobs, remembered, server };
}

describe('Endings', () => {
  it('tell in one sentence what has ended while nobody looked', async () => {
    const over = [
      ended('d', 'FAILED'),
      ended('c', 'COMPLETED'),
      ended('b', 'COMPLETED'),
      ended('a', 'COMPLETED', { ended_at: YESTERDAY })
    ];

    const { endings, remembered } = await follow(YESTERDAY, over);

    const told = await next(endings.ended);
    expect(endedWords(told, trans)).toBe('While you were away: 2 completed, 1 failed');
    expect(remembered.at(-1)).toBe('2026-01-02T09:00:00Z');
  });

  it('mean what this person has submitted, and the failures of their schedules', async () => {
    const over = [
      byTrigger('schedule', 'failed by a schedule', 'FAILED'),
      byTrigger('schedule', 'completed by a schedule', 'COMPLETED'),
      byTrigger('rerun', 'run again', 'COMPLETED'),
      byTrigger('webhook', 'by a webhook', 'FAILED'),
      ended('of somebody else', 'FAILED', { owner: 'bob' })
    ];

    const { endings } = await follow(YESTERDAY, over);

    const { jobs } = await next(endings.ended);
    expect(jobs.map(({ id }) => id)).toEqual(['failed by a schedule', 'run again']);
  });

  it('say nothing of the past to a newcomer, and remember where it ends', async () => {
    const { endings, jobs, remembered } = await follow(null, [ended('a', 'FAILED')]);
    await settled();
    expect(remembered).toEqual(['2026-01-02T09:00:00Z']);

    jobs.ended.emit(ended('b', 'FAILED', { ended_at: '2026-01-02T10:00:00Z' }));

    const told = await next(endings.ended);
    expect(told.jobs.map(({ id }) => id)).toEqual(['b']);
  });

  it('tell somebody who never had a job of the first', async () => {
    const { endings, jobs } = await follow(null, []);
    await settled();

    jobs.ended.emit(ended('a', 'FAILED'));

    const told = await next(endings.ended);
    expect(told.jobs).toHaveLength(1);
  });

  it('tell a burst once, and a job that failed before it was known here', async () => {
    const running = [ended('a', 'EXECUTING'), ended('b', 'EXECUTING')];
    const { bus, endings, server } = await follow(YESTERDAY, [], running);
    await settled();
    const now = { ended_at: new Date().toISOString() };
    server.answers['GET jobs/a'] = ended('a', 'COMPLETED', now);
    server.answers['GET jobs/b'] = ended('b', 'FAILED', now);
    const scheduled = { ...now, trigger: { type: 'schedule', id: 's1' } };
    server.answers['GET jobs/c'] = ended('c', 'FAILED', scheduled);

    bus.say('a', 'COMPLETED');
    bus.say('b', 'FAILED');
    bus.say('c', 'FAILED');

    const told = await next(endings.ended);
    const words = '3 notebook tasks have ended: 1 completed, 2 failed';
    expect(endedWords(told, trans)).toBe(words);
    bus.say('b', 'FAILED');
    await settled();
    expect(told.jobs).toHaveLength(3);
  });
});
