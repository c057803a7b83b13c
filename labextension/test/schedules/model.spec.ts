/**
 * The list of schedules over real connections: it follows the bus, and asks for no more than it
 * must.
 */
import type { IEventBus } from '../../src/api/eventbus';
import { openEventBus } from '../../src/api/eventbus';
import { SchedulesModel } from '../../src/schedules/model';
import { next, shows } from '../waiting';
import { at, occurrence, schedule, ScheduleServer } from './scheduleserver';

let server: ScheduleServer;
let bus: IEventBus;
let model: SchedulesModel;

beforeEach(async () => {
  server = await ScheduleServer.started();
});

afterEach(async () => {
  model.dispose();
  bus.events.dispose();
  await server.stop();
});

/** A model that has heard of the schedules of the server. */
async function listening(...ids: string[]): Promise<void> {
  server.schedules = ids.map(id => schedule(id));
  bus = openEventBus(server.settings);
  model = new SchedulesModel(server.settings, bus);
  await next(model.refreshed);
  server.requests = [];
}

const nextRequest = (): Promise<void> => new Promise(resolve => (server.onRequest = resolve));
const shown = (): string => model.items.map(({ id, state }) => `${id} ${state}`).join(', ');

describe('SchedulesModel', () => {
  it('asks once for what the bus says has changed', async () => {
    await listening('s2', 's1');

    server.change('s1', { next_run_at: at(7) });
    await shows(model, () => model.get('s1')?.next_run_at === at(7));

    expect(server.requests).toEqual(['GET schedules/s1']);
    expect(shown()).toBe('s2 ACTIVE, s1 ACTIVE');
  });

  it('puts a new schedule in its place, and drops a deleted one', async () => {
    await listening('s3', 's1');
    const heard: string[] = [];
    model.itemChanged.connect((_, id) => heard.push(`${id} ${model.get(id) ? 'is' : 'is not'}`));
    server.schedules = [schedule('s3'), schedule('s2'), schedule('s1')];

    server.say('s2', 'ACTIVE');
    await shows(model, () => model.items.length === 3);
    expect(shown()).toBe('s3 ACTIVE, s2 ACTIVE, s1 ACTIVE');
    server.say('s3', 'DELETED');
    await shows(model, () => model.items.length === 2);

    expect(heard).toEqual(['s2 is', 's3 is not']);
  });

  it('asks only once for a schedule of somebody else', async () => {
    await listening('s1');

    server.say('s9', 'ACTIVE');
    await shows(model, () => server.requests.length === 1);
    server.say('s9', 'ACTIVE');
    server.change('s1', { name: 'new' });
    await shows(model, () => model.get('s1')?.name === 'new');

    expect(server.requests).toEqual(['GET schedules/s9', 'GET schedules/s1']);
  });

  it('does not ask for what is older than the list, unless it pauses', async () => {
    server.largest = 1;
    await listening('s2', 's1');

    server.say('s1', 'ACTIVE');
    server.change('s2', { name: 'new' });
    await shows(model, () => model.get('s2')?.name === 'new');
    expect(server.requests).toEqual(['GET schedules/s2']);
    server.change('s1', { state: 'PAUSED', message: 'Its last 5 jobs failed.' });

    expect((await next(model.pausedItself)).id).toBe('s1');
    expect(shown()).toBe('s2 ACTIVE');
  });

  it('reads one page for many that changed at once', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `s${99 - index}`);
    await listening(...ids);

    ids.forEach(id => server.change(id, { name: 'new' }));
    await shows(model, () => model.items.every(({ name }) => name === 'new'));

    expect(server.requests).toEqual(['GET schedules']);
  });

  it('ends with the newest answer, however many questions there were', async () => {
    await listening('s2', 's1');
    let open = (): void => undefined;
    server.gate = new Promise(resolve => (open = resolve));

    server.change('s1', { name: 'first' });
    await nextRequest();
    server.change('s1', { name: 'second' });
    // As soon as it is asked for this, it has heard of that.
    server.say('s2', 'ACTIVE');
    await nextRequest();
    open();
    await shows(model, () => model.get('s1')?.name === 'second');

    expect(server.requests).toEqual(['GET schedules/s1', 'GET schedules/s2', 'GET schedules/s1']);
  });

  it('shows how a job goes on without asking, and asks when it is over', async () => {
    await listening('s1');
    const recent = [occurrence(1, { status: 'SUBMITTED' })];
    server.change('s1', { recent });
    await shows(model, () => model.get('s1')?.recent.length === 1);
    server.requests = [];

    server.sayJob('s1', 'j1', 'EXECUTING');
    await shows(model, () => model.get('s1')?.recent[0]?.status === 'EXECUTING');
    expect(server.requests).toEqual([]);
    const over = [occurrence(1, { status: 'COMPLETED', seconds: 4 })];
    server.change('s1', { recent: over }, true);
    server.sayJob('s1', 'j1', 'COMPLETED');
    await shows(model, () => model.get('s1')?.recent[0]?.seconds === 4);

    expect(server.requests).toEqual(['GET schedules/s1']);
  });

  it('tells what paused itself, and not what was paused', async () => {
    await listening('s2', 's1');
    const gaveUp: string[] = [];
    model.pausedItself.connect((_, { id, message }) => gaveUp.push(`${id} ${message}`));

    await model.pause('s1');
    server.change('s2', { state: 'PAUSED', message: 'Its last 5 jobs failed.' });
    await next(model.pausedItself);
    server.change('s2', { name: 'new' });
    await shows(model, () => model.get('s2')?.name === 'new');

    expect(gaveUp).toEqual(['s2 Its last 5 jobs failed.']);
    expect(shown()).toBe('s2 PAUSED, s1 PAUSED');
  });

  it('drops what the filter no longer means, and knows it all the same', async () => {
    await listening('s2', 's1');
    await model.setFilter({ state: 'ACTIVE' });

    server.change('s1', { state: 'ENDED' });
    await shows(model, () => model.items.length === 1);

    expect(shown()).toBe('s2 ACTIVE');
    expect(model.get('s1')?.state).toBe('ENDED');
  });

  it('catches up after a lost connection, and tells what paused itself meanwhile', async () => {
    await listening('s3', 's2', 's1');
    await model.setFilter({ state: 'ACTIVE' });
    const gone: string[] = [];
    model.itemChanged.connect((_, id) => model.get(id) ?? gone.push(id));

    server.drop();
    server.change('s2', { state: 'PAUSED', message: 'The notebook is gone.' }, true);
    server.schedules = server.schedules.filter(({ id }) => id !== 's3');
    const gaveUp = await next(model.pausedItself);
    await shows(model, () => gone.length > 0);

    expect([shown(), gaveUp.id, gone]).toEqual(['s1 ACTIVE', 's2', ['s3']]);
  }, 20_000);

  it('shows the sentence of the server, and what it knew', async () => {
    await listening('s1');
    server.refusal = 'The server is busy.';

    await model.refresh();

    expect([model.problem, shown()]).toEqual(['The server is busy.', 's1 ACTIVE']);
  });

  it('goes on with the next page', async () => {
    server.largest = 2;
    await listening('s3', 's2', 's1');

    await model.loadMore();
    await model.loadMore();

    expect(shown()).toBe('s3 ACTIVE, s2 ACTIVE, s1 ACTIVE');
    expect([model.hasMore, server.requests]).toEqual([false, ['GET schedules cursor=s2']]);
  });
});
