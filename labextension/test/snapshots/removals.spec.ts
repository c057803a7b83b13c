/**
 * A deletion can be taken back, and is sent when the time is over or the page is left.
 */
import type { IEventBus } from '../../src/api/eventbus';
import { openEventBus } from '../../src/api/eventbus';
import { SnapshotsModel } from '../../src/snapshots/model';
import { DelayedRemovals } from '../../src/snapshots/removals';
import { next } from '../waiting';
import { snapshot, SnapshotServer } from './snapshotserver';

const NEVER = 3_600_000;

let server: SnapshotServer;
let bus: IEventBus;
let model: SnapshotsModel;
let removals: DelayedRemovals;

beforeEach(async () => {
  server = await SnapshotServer.started();
  server.snapshots = [snapshot('n2'), snapshot('n1')];
  bus = openEventBus(server.settings);
  model = new SnapshotsModel(server.settings, bus);
  await next(model.refreshed);
  await model.setFilter({ path: 'a.ipynb' });
  server.requests = [];
});

afterEach(async () => {
  removals.dispose();
  model.dispose();
  bus.events.dispose();
  await server.stop();
});

const shown = (): string => model.items.map(({ id }) => id).join(' ');

describe('DelayedRemovals', () => {
  it('takes a deletion back, and never sends it', async () => {
    removals = new DelayedRemovals(model, NEVER);
    removals.remove(model.get('n2')!);
    expect([shown(), removals.last?.id]).toEqual(['n1', 'n2']);

    removals.undo('n2');
    await model.refresh();

    expect([shown(), model.current, removals.last]).toEqual(['n2 n1', 'n2', undefined]);
    expect(server.requests).toEqual(['GET snapshots path=a.ipynb']);
  });

  it('deletes when the time is over', async () => {
    removals = new DelayedRemovals(model, 0);
    const gone = next(model.itemChanged);

    removals.remove(model.get('n2')!);

    expect([await gone, shown(), server.requests]).toEqual(['n2', 'n1', ['DELETE snapshots/n2']]);
  });

  it('deletes all that are waiting when the page is left', async () => {
    removals = new DelayedRemovals(model, NEVER);
    removals.remove(model.get('n1')!);
    removals.remove(model.get('n2')!);

    window.dispatchEvent(new Event('pagehide'));
    await next(model.itemChanged);
    await next(model.itemChanged);

    expect([...server.requests].sort()).toEqual(['DELETE snapshots/n1', 'DELETE snapshots/n2']);
    expect(removals.last).toBeUndefined();
  });

  it('shows again what the server does not delete, and says why', async () => {
    removals = new DelayedRemovals(model, 0);
    const message = 'The tool “weekly” uses it.';
    server.refusal = { status: 409, reason: 'in_use', message };
    const failed = next(removals.failed);

    removals.remove(model.get('n2')!);

    expect(await failed).toMatchObject({ snapshot: { id: 'n2' }, error: { message } });
    expect(shown()).toBe('n2 n1');
  });
});
