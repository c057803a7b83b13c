/**
 * A job's page over real connections: nothing is lost, nothing is there twice.
 */
import { earlierAttempts } from '../../src/jobs/format';
import { LiveJob } from '../../src/jobs/live';
import { JobsModel } from '../../src/jobs/model';
import { JobServer, notebook } from './jobserver';
import { FakeBus } from './server';

let server: JobServer;
let bus: FakeBus;
const opened: LiveJob[] = [];

beforeEach(async () => {
  server = await JobServer.started();
  bus = new FakeBus();
});

afterEach(async () => {
  opened.splice(0).forEach(live => live.dispose());
  await server.stop();
});

async function opening(): Promise<LiveJob> {
  const serverSettings = server.settings;
  const live = new LiveJob({ id: 'j1', jobs: new JobsModel(serverSettings, bus), serverSettings });
  opened.push(live);
  await live.ready;
  return live;
}

/** Wait until *live* shows what is expected. */
async function shows(live: LiveJob, isThere: () => boolean): Promise<void> {
  while (!isThere()) {
    await new Promise<void>(resolve => {
      const onChanged = (): void => {
        live.stateChanged.disconnect(onChanged);
        resolve();
      };
      live.stateChanged.connect(onChanged);
    });
  }
}

const printed = ({ notebook: { cells } }: LiveJob, index = 0): string =>
  (cells[index]?.outputs ?? []).map(output => String(output['text'])).join('|');

describe('LiveJob of a job that runs', () => {
  beforeEach(() => {
    server.output = notebook('print(1)', 'print(2)');
    server.begin(0);
    server.print('a');
  });

  it('begins with what was printed before, and goes on', async () => {
    const live = await opening();

    await shows(live, () => server.followed.length === 1);
    server.print('b');
    await shows(live, () => printed(live) === 'ab');

    expect(live.job?.cells?.map(({ status }) => status)).toEqual(['running', 'pending']);
  });

  it('shows why the attempt before has failed', async () => {
    const live = await opening();
    await shows(live, () => server.followed.length === 1);

    const attempts = [{ number: 1, message: 'Cell 1: OSError: once' }];
    server.turn('SUBMITTED', { attempt: 2, attempts });

    await shows(live, () => earlierAttempts(live.job!).length === 1);
    expect(earlierAttempts(live.job!)).toEqual(attempts);
  });

  it('shows the same after a reload', async () => {
    const before = await opening();
    server.print('b');
    await shows(before, () => printed(before) === 'ab');
    before.dispose();
    server.print('c');

    const live = await opening();
    server.print('d');
    await shows(live, () => printed(live) === 'abcd');
  });

  it('loses nothing with its connection, and doubles nothing', async () => {
    const live = await opening();
    server.print('b');
    await shows(live, () => printed(live) === 'ab');

    server.drop();
    server.print('c');
    await shows(live, () => printed(live) === 'abc');
    server.print('d');
    await shows(live, () => printed(live) === 'abcd');

    expect(server.followed).toEqual([null, '3']);
  });

  it('looks for itself while there is no stream, and doubles nothing when it is back', async () => {
    const live = await opening();
    await streamed(live);
    server.refusal = [503, 'The server is busy.'];
    server.drop();
    server.print('b');
    bus.say('j1', 'EXECUTING', 0);
    await shows(live, () => live.problem === 'The server is busy.');

    server.refusal = null;
    bus.say('j1', 'EXECUTING', 0);
    await shows(live, () => live.problem === null);
    server.print('c');
    await shows(live, () => printed(live).endsWith('c'));

    expect(printed(live)).toBe('a.bc');
  });

  it('reads how the job ended, and follows it no more', async () => {
    const live = await opening();
    await streamed(live);

    server.turn('FAILED', { message: 'why' });
    await shows(live, () => live.job?.message === 'why');
    server.drop();
    bus.opened.emit();
    await new Promise<void>(resolve => live.jobs.refreshed.connect(() => resolve()));

    expect([server.followed.length, server.reads]).toEqual([1, 2]);
  });

  async function streamed(live: LiveJob): Promise<void> {
    server.print('.');
    await shows(live, () => printed(live) === 'a.');
  }
});

describe('LiveJob of a job that waits', () => {
  it('shows the notebook that is to run, and then the one that runs', async () => {
    const live = await opening();
    expect(live.notebook.cells.map(({ source }) => source)).toEqual(['print(1)']);
    expect(live.problem).toBeNull();

    server.output = notebook('x = 1', 'print(1)');
    server.begin(1);
    server.print('a');
    await shows(live, () => printed(live, 1) === 'a');

    expect(live.notebook.cells.map(({ source }) => source)).toEqual(['x = 1', 'print(1)']);
    expect(live.job?.cells?.map(({ status }) => status)).toEqual(['pending', 'running']);
  });
});

describe('LiveJob of a job that is over', () => {
  it('shows what was printed, and follows nothing', async () => {
    server.output = notebook('print(1)');
    server.begin(0);
    server.print('a');
    server.turn('COMPLETED');

    const live = await opening();

    expect(printed(live)).toBe('a');
    expect([server.followed, server.reads]).toEqual([[], 1]);
  });

  it('says why it has run nothing', async () => {
    server.turn('FAILED', { message: 'There is no such kernel.' });

    const live = await opening();

    expect([live.job?.message, live.problem]).toEqual(['There is no such kernel.', null]);
    expect(live.notebook.cells).toHaveLength(1);
  });
});

describe('LiveJob of a server that is away', () => {
  it('says so, and catches up when the server is back', async () => {
    server.output = notebook('print(1)');
    server.refusal = [500, 'The database is locked.'];
    const live = await opening();
    expect([live.problem, live.job]).toEqual(['The database is locked.', null]);

    server.refusal = null;
    bus.opened.emit();
    await shows(live, () => live.problem === null);
    server.begin(0);
    server.print('a');
    await shows(live, () => printed(live) === 'a');
  });
});
