/**
 * When a rule would be due, asked of the server as one types.
 */
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IPreview, IPreviewRequest } from '../api/schedules';

const PAUSE = 250;

/**
 * Asks when there was a pause in the typing; the answer to the last question wins.
 */
export class Preview implements IDisposable {
  constructor(private _fetch: (question: IPreviewRequest) => Promise<IPreview>) {}

  /** The last answer, until there is another. */
  answer: IPreview | null = null;

  /** Why there was none to the last question. */
  problem: unknown = null;

  /** Whether the answer is to an earlier question. */
  isWaiting = false;

  /** Emits at every answer and every refusal. */
  get answerChanged(): ISignal<Preview, void> {
    return this._answerChanged;
  }

  get isDisposed(): boolean {
    return this._debouncer.isDisposed;
  }

  dispose(): void {
    this._debouncer.dispose();
    Signal.clearData(this);
  }

  /** Ask, unless that is just what was asked; null drops what was asked. */
  request(question: IPreviewRequest | null): void {
    const key = JSON.stringify(question);
    if (key !== this._requested) {
      this._requested = key;
      this.isWaiting = true;
      void this._debouncer.invoke(question);
    }
  }

  private async _settle(question: IPreviewRequest | null): Promise<void> {
    if (question === null) {
      return;
    }
    const key = JSON.stringify(question);
    const isLast = (): boolean => key === this._requested && !this.isDisposed;
    try {
      const answer = await this._fetch(question);
      if (isLast()) {
        this.answer = answer;
        this.problem = null;
      }
    } catch (error) {
      if (isLast()) {
        this.problem = error;
      }
    }
    if (isLast()) {
      this.isWaiting = false;
      this._answerChanged.emit();
    }
  }

  private _answerChanged = new Signal<this, void>(this);
  private _requested = '';
  private _debouncer = new Debouncer(
    (question: IPreviewRequest | null) => void this._settle(question),
    PAUSE
  );
}
