/**
 * Asking when a rule is due while somebody types.
 */
import { PromiseDelegate } from '@lumino/coreutils';
import type { IPreview, IPreviewRequest } from '../../src/api/schedules';
import { Preview } from '../../src/schedules/preview';

function question(cron: string): IPreviewRequest {
  return { cron, count: 5 };
}

function answer(description: string): IPreview {
  return { description, timezone: 'UTC', next: [], notes: [] };
}

/** A server that answers when the test says so. */
class SlowServer {
  requests: string[] = [];
  answers = new Map<string, PromiseDelegate<IPreview>>();

  ask = ({ cron }: IPreviewRequest): Promise<IPreview> => {
    this.requests.push(cron!);
    const delegate = new PromiseDelegate<IPreview>();
    this.answers.set(cron!, delegate);
    this._heard?.(cron!);
    return delegate.promise;
  };

  /** Resolves when this is asked. */
  hears(cron: string): Promise<void> {
    return new Promise(resolve => {
      this._heard = heard => {
        if (heard === cron) {
          resolve();
        }
      };
    });
  }

  private _heard: ((cron: string) => void) | null = null;
}

function answered(preview: Preview): Promise<void> {
  return new Promise(resolve => preview.answerChanged.connect(() => resolve()));
}

describe('Preview', () => {
  let server: SlowServer;
  let preview: Preview;

  beforeEach(() => {
    server = new SlowServer();
    preview = new Preview(server.ask);
  });

  afterEach(() => preview.dispose());

  async function request(cron: string): Promise<void> {
    const heard = server.hears(cron);
    preview.request(question(cron));
    await heard;
  }

  it('asks once, for what was typed last', async () => {
    preview.request(question('a'));
    preview.request(question('ab'));
    await request('abc');

    expect(server.requests).toEqual(['abc']);
  });

  it('keeps the last answer until there is another', async () => {
    await request('a');
    server.answers.get('a')!.resolve(answer('A'));
    await answered(preview);
    expect([preview.answer?.description, preview.isWaiting]).toEqual(['A', false]);

    preview.request(question('b'));

    expect([preview.answer?.description, preview.isWaiting]).toEqual(['A', true]);
  });

  it('drops an answer that comes late', async () => {
    await request('a');
    await request('b');
    server.answers.get('b')!.resolve(answer('B'));
    await answered(preview);

    server.answers.get('a')!.resolve(answer('A'));
    await server.answers.get('a')!.promise;
    await Promise.resolve();

    expect(preview.answer?.description).toBe('B');
  });

  it('drops an answer to what cannot be asked any more', async () => {
    await request('a');
    preview.request(null);

    server.answers.get('a')!.resolve(answer('A'));
    await server.answers.get('a')!.promise;
    await Promise.resolve();

    expect([preview.answer, preview.isWaiting]).toEqual([null, true]);
  });

  it('asks nothing twice', async () => {
    await request('a');
    server.answers.get('a')!.resolve(answer('A'));
    await answered(preview);

    preview.request(question('a'));

    expect(preview.isWaiting).toBe(false);
  });

  it('says why there is none, beside the last one', async () => {
    await request('a');
    server.answers.get('a')!.resolve(answer('A'));
    await answered(preview);

    await request('b');
    const refusal = new Error('No.');
    server.answers.get('b')!.reject(refusal);
    await answered(preview);

    expect(preview.answer?.description).toBe('A');
    expect([preview.problem, preview.isWaiting]).toEqual([refusal, false]);
  });
});
