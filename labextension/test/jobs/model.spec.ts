/**
 * The list of jobs follows the bus, and asks only for what the bus does not say.
 */
import { JobsModel } from '../../src/jobs/model';
import { next } from '../waiting';
import { FakeBus, FakeServer, job, settled } from './server';

async function listed(...ids: string[]) {
  const server = new FakeServer();
  server.answers['GET jobs'] = { items: ids.map(id => job(id)), next: null };
  const bus = new FakeBus();
  const model = new JobsModel(server.settings, bus);
  await model.refresh();
  server.requests = [];
  return { bus, model, server };
}

describe('JobsModel', () => {
  it('moves a row by what the bus says, without a request', async () => {
    const { bus, model, server } = await listed('b', 'a');

    bus.say('a', 'EXECUTING', 3);
    await settled();

    expect(model.get('a')?.progress.completed).toBe(3);
    expect(server.requests).toEqual([]);
  });

  it('draws a burst of events once', async () => {
    const { bus, model } = await listed('a');
    let drawn = 0;
    model.stateChanged.connect(() => drawn++);

    for (let completed = 0; completed < 100; completed++) {
      bus.say('a', 'EXECUTING', completed);
    }
    await settled();

    expect(drawn).toBe(1);
    expect(model.get('a')?.progress.completed).toBe(99);
  });

  it('asks for a job that ends, tells it once and counts it no more', async () => {
    const { bus, model, server } = await listed('b', 'a');
    const ended: string[] = [];
    model.ended.connect((_, { id, message }) => ended.push(`${id} ${message}`));
    server.answers['GET jobs/a'] = job('a', 'FAILED', { message: 'why' });

    bus.say('a', 'FAILED');
    await settled();
    bus.say('a', 'FAILED');
    await settled();

    expect(ended).toEqual(['a why']);
    expect(model.running).toBe(1);
  });

  it('has what runs on top, and counts what waits apart', async () => {
    const { bus, model, server } = await listed('c', 'b', 'a');
    server.answers['GET jobs/a'] = job('a', 'COMPLETED');
    ['b', 'c'].forEach(id => bus.say(id, 'SUBMITTED'));
    bus.say('a', 'EXECUTING', 1);
    await settled();

    expect(model.items.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
    expect([model.running, model.waiting]).toEqual([1, 2]);

    bus.say('a', 'COMPLETED');
    await settled();

    expect(model.items.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    expect([model.running, model.waiting]).toEqual([0, 2]);
  });

  it('puts a new job in its place', async () => {
    const { bus, model, server } = await listed('c', 'a');
    server.answers['GET jobs/b'] = job('b');

    bus.say('b', 'SUBMITTED');
    await settled();

    expect(model.items.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    expect(server.requests).toEqual(['GET jobs/b']);
  });

  it('asks only once for a job of somebody else', async () => {
    const { bus, model, server } = await listed('a');

    bus.say('x', 'EXECUTING', 1);
    await settled();
    bus.say('x', 'EXECUTING', 2);
    await settled();

    expect(server.requests).toEqual(['GET jobs/x']);
    expect(model.items).toHaveLength(1);
  });

  it('keeps a job of which it cannot ask just now', async () => {
    const { bus, model, server } = await listed('a');
    server.isBusy = true;

    bus.say('a', 'FAILED');
    await settled();

    expect(model.items.map(({ id }) => id)).toEqual(['a']);
    server.isBusy = false;
    server.answers['GET jobs/a'] = job('a', 'FAILED', { message: 'why' });
    bus.say('a', 'FAILED');
    await settled();
    expect(model.get('a')?.message).toBe('why');
  });

  it('reads one page for many new jobs at once', async () => {
    const { bus, server } = await listed('a');

    for (let index = 0; index < 50; index++) {
      bus.say(`n${index}`, 'SUBMITTED');
    }
    await settled();

    expect(server.requests.every(request => request.startsWith('GET jobs?'))).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  it('drops a deleted job, and one that the filter no longer means', async () => {
    const { bus, model, server } = await listed('c', 'b', 'a');
    await model.setFilter({ statuses: ['EXECUTING'] });
    server.answers['GET jobs/a'] = job('a', 'COMPLETED');

    bus.say('b', 'DELETED');
    bus.say('a', 'COMPLETED');
    await settled();

    expect(model.items.map(({ id }) => id)).toEqual(['c']);
  });

  it('catches up after the connection was lost, and tells what ended meanwhile', async () => {
    const { bus, model, server } = await listed('a');
    const ended: string[] = [];
    model.ended.connect((_, { id }) => ended.push(id));
    server.answers['GET jobs'] = { items: [], next: null };
    server.answers['GET jobs/a'] = job('a', 'COMPLETED');

    bus.opened.emit();
    await settled();

    expect(ended).toEqual(['a']);
    expect(model.running).toBe(0);
  });

  it('knows a job that was asked for, though it is older than the list', async () => {
    const { bus, model, server } = await listed();
    server.answers['GET jobs'] = { items: [job('c')], next: 'c' };
    await model.refresh();
    server.answers['GET jobs/a'] = job('a', 'COMPLETED');

    await model.fetch('a');
    expect(model.items.map(({ id }) => id)).toEqual(['c']);
    expect(model.get('a')?.status).toBe('COMPLETED');

    bus.say('a', 'DELETED');
    await settled();
    expect(model.get('a')).toBeUndefined();
  });

  it('shows the sentence of the server', async () => {
    const { model, server } = await listed('a');
    delete server.answers['GET jobs'];

    await model.refresh();

    expect(model.problem).toBe('There is no such job.');
    expect(model.items).toHaveLength(1);
  });

  it('shows only what is looked for while the server cannot be reached, and asks again', async () => {
    const { model, server } = await listed('wine', 'a');
    server.isCutOff = true;

    await model.setFilter({ q: 'wine' });

    expect(model.problem).toBe('The server cannot be reached.');
    expect(model.items.map(({ id }) => id)).toEqual(['wine']);

    server.isCutOff = false;
    await next(model.refreshed);
    expect(model.problem).toBeNull();
  });

  it('goes on with the next page', async () => {
    const { model, server } = await listed();
    server.answers['GET jobs'] = { items: [job('b')], next: 'cursor' };
    await model.refresh();
    server.answers['GET jobs'] = { items: [job('a')], next: null };

    await model.loadMore();
    await model.loadMore();

    expect(model.items.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(model.hasMore).toBe(false);
  });
});
