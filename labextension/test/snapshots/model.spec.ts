/**
 * The list of snapshots over real connections: it follows the notebook on screen and the bus, and
 * asks for no more than it must.
 */
import type { IEventBus } from '../../src/api/eventbus';
import { openEventBus } from '../../src/api/eventbus';
import { SnapshotsModel } from '../../src/snapshots/model';
import { next, shows } from '../waiting';
import { snapshot, SnapshotServer } from './snapshotserver';

let server: SnapshotServer;
let bus: IEventBus;
let model: SnapshotsModel;

beforeEach(async () => {
  server = await SnapshotServer.started();
  server.snapshots = [
    snapshot('n4', { kind: 'restore' }),
    snapshot('n3', { path: 'b.ipynb' }),
    snapshot('n2'),
    snapshot('n1')
  ];
  bus = openEventBus(server.settings);
  model = new SnapshotsModel(server.settings, bus);
  await next(model.refreshed);
});

afterEach(async () => {
  model.dispose();
  bus.events.dispose();
  await server.stop();
});

const shown = (): string => model.items.map(({ id }) => id).join(' ');

describe('SnapshotsModel', () => {
  it('asks for nothing while there is no notebook', async () => {
    server.say('n5', 'created');
    await model.refresh();

    expect([server.requests, model.isReady, shown()]).toEqual([[], true, '']);
  });

  it('has those of the notebook on screen, and none of the one before', async () => {
    await model.setFilter({ path: 'a.ipynb' });
    expect(shown()).toBe('n4 n2 n1');

    const asking = model.setFilter({ path: 'b.ipynb' });
    expect([shown(), model.isReady]).toEqual(['', false]);
    await asking;

    expect(shown()).toBe('n3');
  });

  it('leaves out what was kept automatically, if it is not wanted', async () => {
    await model.setFilter({ path: 'a.ipynb' });
    await model.setFilter({ automatic: false });
    expect(shown()).toBe('n2 n1');

    server.snapshots = [snapshot('n6', { kind: 'update' }), snapshot('n5'), ...server.snapshots];
    server.say('n6', 'created');
    await shows(model, () => model.get('n6') !== undefined);
    server.say('n5', 'created');
    await shows(model, () => model.get('n5') !== undefined);

    expect(shown()).toBe('n5 n2 n1');
  });

  it('puts a new one in its place, and asks but once whose it is', async () => {
    await model.setFilter({ path: 'a.ipynb' });
    server.snapshots = [snapshot('n6', { path: 'b.ipynb' }), snapshot('n5'), ...server.snapshots];
    server.requests = [];

    server.say('n6', 'created');
    server.say('n5', 'created');
    await shows(model, () => model.get('n5') !== undefined && model.get('n6') !== undefined);
    server.say('n6', 'created');
    server.snapshots = server.snapshots.map(one => ({ ...one, name: 'new' }));
    server.say('n5', 'changed');
    await shows(model, () => model.get('n5')?.name === 'new');

    const expected = ['GET snapshots/n6', 'GET snapshots/n5', 'GET snapshots/n5'];
    expect([shown(), [...server.requests].sort()]).toEqual(['n5 n4 n2 n1', [...expected].sort()]);
  });

  it('drops a deleted one, and what is somebody else’s', async () => {
    await model.setFilter({ path: 'a.ipynb' });
    const heard: string[] = [];
    model.itemChanged.connect((_, id) => heard.push(`${id} ${model.get(id) ? 'is' : 'is not'}`));

    server.say('n2', 'deleted');
    await shows(model, () => heard.length === 1);
    server.say('n7', 'created');
    await shows(model, () => heard.length === 2);

    expect([shown(), heard]).toEqual(['n4 n1', ['n2 is not', 'n7 is not']]);
  });

  it('reads one page for many that are new', async () => {
    await model.setFilter({ path: 'a.ipynb' });
    const many = Array.from({ length: 20 }, (_, index) => snapshot(`n${29 - index}`));
    server.snapshots = [...many, ...server.snapshots];
    server.requests = [];

    many.forEach(({ id }) => server.say(id, 'created'));
    await next(model.refreshed);

    expect([server.requests, model.items.length]).toEqual([['GET snapshots path=a.ipynb'], 23]);
  });

  it('has what was made here before the bus says so', async () => {
    await model.setFilter({ path: 'a.ipynb' });

    await model.create({ path: 'a.ipynb', name: 'mine' });

    expect([shown(), model.get('n9')?.name]).toEqual(['n9 n4 n2 n1', 'mine']);
  });

  it('hides one that is to be deleted, and looks at the one after it', async () => {
    await model.setFilter({ path: 'a.ipynb' });
    model.select('n2');

    model.setHidden('n2', true);
    expect([shown(), model.current]).toEqual(['n4 n1', 'n1']);
    await model.refresh();
    expect(shown()).toBe('n4 n1');
    model.setHidden('n2', false);

    expect(shown()).toBe('n4 n2 n1');
  });

  it('catches up after a lost connection', async () => {
    await model.setFilter({ path: 'a.ipynb' });

    server.drop();
    server.snapshots = [snapshot('n5'), ...server.snapshots];
    await next(model.refreshed);

    expect(shown()).toBe('n5 n4 n2 n1');
  }, 20_000);

  it('searches, and goes on with the next page', async () => {
    server.largest = 2;
    await model.setFilter({ path: 'a.ipynb', q: 'n' });
    server.requests = [];

    await model.loadMore();

    expect([shown(), model.hasMore]).toEqual(['n4 n2 n1', false]);
    expect(server.requests).toEqual(['GET snapshots path=a.ipynb cursor=n2 q=n']);
  });
});
