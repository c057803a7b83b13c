/**
 * A lost connection costs nothing and shows nothing twice.
 */
import type { IFrame } from '../../src/jobs/frames';
import { JobStream } from '../../src/jobs/stream';
import { FakeServer, FakeSocket } from './server';

function followed() {
  FakeSocket.opened = [];
  const stream = new JobStream(new FakeServer().settings, 'j1');
  const frames: IFrame[] = [];
  stream.received.connect((_, frame) => frames.push(frame));
  FakeSocket.opened[0]!.onopen();
  return { stream, frames, socket: FakeSocket.opened[0]! };
}

describe('JobStream', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('asks for the whole state at first, and for what follows when it comes back', () => {
    const { socket } = followed();
    socket.say({ type: 'state', cells: [], seq: 7 });
    socket.say({ type: 'clear_output', cell: 0, seq: 9 });

    socket.close();
    jest.advanceTimersByTime(1000);

    const urls = FakeSocket.opened.map(({ url }) => url);
    expect(urls[0]).toBe('ws://server/nbtasks/api/jobs/j1/stream');
    expect(urls[1]).toBe('ws://server/nbtasks/api/jobs/j1/stream?after=9');
  });

  it('shows no event twice, and whatever state comes', () => {
    const { socket, frames } = followed();
    socket.say({ type: 'clear_output', cell: 0, seq: 9 });
    socket.say({ type: 'clear_output', cell: 0, seq: 9 });
    socket.say({ type: 'state', cells: [], seq: 9 });
    socket.say({ type: 'status', status: 'EXECUTING', attempt: 1, seq: 9 });

    expect(frames.map(({ type }) => type)).toEqual(['clear_output', 'state', 'status']);
  });

  it('ends with the job', () => {
    const { socket } = followed();
    socket.say({ type: 'status', status: 'COMPLETED', attempt: 1, seq: 9 });

    socket.close();
    jest.advanceTimersByTime(60_000);

    expect(FakeSocket.opened).toHaveLength(1);
  });

  it('waits longer each time the server is away', () => {
    const { socket } = followed();

    socket.close();
    for (let tried = 0; tried < 10; tried++) {
      jest.advanceTimersByTime(500);
      FakeSocket.opened[FakeSocket.opened.length - 1]!.close();
    }

    expect(FakeSocket.opened.length).toBeLessThan(6);
  });

  it('says nothing after it was disposed', () => {
    const { stream, socket, frames } = followed();

    stream.dispose();
    socket.say({ type: 'state', cells: [], seq: 10 });
    jest.advanceTimersByTime(60_000);

    expect(frames).toEqual([]);
    expect(FakeSocket.opened).toHaveLength(1);
  });
});
