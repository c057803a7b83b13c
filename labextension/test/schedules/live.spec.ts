/**
 * A schedule's page over real connections: every occurrence once, with its job as it is now.
 */
import type { IEventBus } from '../../src/api/eventbus';
import { openEventBus } from '../../src/api/eventbus';
import { SchedulesApi } from '../../src/api/schedules';
import { JobsModel } from '../../src/jobs/model';
import { LiveSchedule } from '../../src/schedules/live';
import { SchedulesModel } from '../../src/schedules/model';
import { job } from '../jobs/server';
import { next, shows } from '../waiting';
import { at, occurrence, schedule, ScheduleServer } from './scheduleserver';

let server: ScheduleServer;
let bus: IEventBus;
let live: LiveSchedule;

beforeEach(async () => {
  server = await ScheduleServer.started();
});

afterEach(async () => {
  live.dispose();
  bus.events.dispose();
  await server.stop();
});

/** The page of s1. */
async function opened(): Promise<void> {
  const { settings } = server;
  bus = openEventBus(settings);
  const jobs = new JobsModel(settings, bus);
  const schedules = new SchedulesModel(settings, bus);
  await Promise.all([next(jobs.refreshed), next(schedules.refreshed)]);
  server.requests = [];
  live = new LiveSchedule({ api: new SchedulesApi(settings), id: 's1', jobs, schedules });
  await live.ready;
}

const runs = (): string[] =>
  live.runs.map(({ nominal_time, seconds, state, status }) => {
    const minute = (Date.parse(nominal_time) - Date.parse(at(0))) / 60_000;
    return `${minute} ${status ?? state} ${seconds ?? '-'}`;
  });

describe('LiveSchedule', () => {
  it('knows the last ten from the schedule itself', async () => {
    const recent = [
      occurrence(2, { status: 'FAILED', seconds: 3 }),
      occurrence(1, { state: 'skipped', why: 'why', job_id: null })
    ];
    server.schedules = [schedule('s1', { recent })];
    server.occurrences = recent;

    await opened();

    expect(runs()).toEqual(['2 FAILED 3', '1 skipped -']);
    expect(server.requests).not.toContainEqual(expect.stringMatching('GET jobs'));
  });

  it('asks for the jobs of older ones in one go', async () => {
    server.schedules = [schedule('s1')];
    server.occurrences = [occurrence(2), occurrence(1)];
    const times = { started_at: at(1), ended_at: at(2) };
    await opened();
    server.jobs = [job('j2', 'COMPLETED', times), job('j1', 'CANCELLED')];

    await live.refresh();

    expect(runs()).toEqual(['2 COMPLETED 60', '1 CANCELLED -']);
  });

  it('asks for jobs as they were made, not as they were due', async () => {
    server.schedules = [schedule('s1')];
    server.occurrences = [occurrence(2, { decided_at: at(90) }), occurrence(1)];

    await opened();

    const since = '2026-11-21T00:00:59.000Z';
    const until = '2026-11-21T01:30:01.000Z';
    expect(server.requests).toContain(`GET jobs since=${since} until=${until} schedule_id=s1`);
  });

  it('puts a new occurrence in its place, and follows its job', async () => {
    server.schedules = [schedule('s1', { recent: [occurrence(1, { status: 'FAILED' })] })];
    server.occurrences = [occurrence(1)];
    await opened();
    const recent = [occurrence(2, { status: 'SUBMITTED' }), occurrence(1, { status: 'FAILED' })];

    server.change('s1', { recent });
    await shows(live, () => live.runs.length === 2);
    expect(runs()).toEqual(['2 SUBMITTED -', '1 FAILED -']);
    server.sayJob('s1', 'j2', 'EXECUTING');
    await shows(live, () => live.runs[0]?.status === 'EXECUTING');
    const ended = occurrence(2, { status: 'COMPLETED', seconds: 5 });
    server.change('s1', { recent: [ended, occurrence(1, { status: 'FAILED' })] }, true);
    server.sayJob('s1', 'j2', 'COMPLETED');
    await shows(live, () => live.runs[0]?.seconds === 5);

    expect(runs()).toEqual(['2 COMPLETED 5', '1 FAILED -']);
  });

  it('reads again when there are more new ones than the last ten', async () => {
    server.schedules = [schedule('s1', { recent: [occurrence(1)] })];
    server.occurrences = [occurrence(1)];
    await opened();
    const minutes = Array.from({ length: 12 }, (_, index) => 20 - index);
    server.occurrences = [...minutes.map(minute => occurrence(minute)), occurrence(1)];

    server.change('s1', {
      recent: server.occurrences.slice(0, 10).map(one => ({ ...occurrence(0), ...one }))
    });
    await shows(live, () => live.runs.length > 1);

    expect(live.runs).toHaveLength(13);
  });

  it('goes on with older ones', async () => {
    server.largest = 2;
    server.schedules = [schedule('s1')];
    server.occurrences = [3, 2, 1].map(minute => occurrence(minute));
    await opened();

    await live.loadMore();

    expect([runs().length, live.occurrences.hasMore]).toEqual([3, false]);
  });

  it('asks when it is due next only when that may have changed', async () => {
    server.schedules = [schedule('s1')];
    await opened();
    await shows(live, () => live.preview !== null);
    const previews = (): number => server.requests.filter(one => one.includes('preview')).length;

    server.change('s1', { name: 'new' });
    await shows(live, () => live.schedule?.name === 'new');
    server.change('s1', { next_run_at: at(120) });
    await shows(live, () => live.schedule?.next_run_at === at(120));
    server.change('s1', { state: 'PAUSED', next_run_at: null });
    await shows(live, () => live.preview === null);

    expect(previews()).toBe(2);
  });

  it('says that there is no such schedule, and what is wrong', async () => {
    await opened();
    expect([live.problem, live.schedule]).toEqual(['There is no such schedule.', null]);
  });

  it('shows what it can once the server answers again', async () => {
    server.schedules = [schedule('s1')];
    await opened();
    server.refusal = 'The server is busy.';
    await live.refresh();
    expect(live.problem).toBe('The server is busy.');

    server.refusal = null;
    await live.refresh();

    expect(live.problem).toBeNull();
  });
});
