/**
 * When a rule would be due, fetched from the server while a person types.
 */
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IPreview, IPreviewRequest } from '../api/schedules';

const PAUSE = 250;

/**
 * Asks the server after a pause in the typing; only the answer to the last request counts.
 */
export class Preview implements IDisposable {
  constructor(private _fetch: (question: IPreviewRequest) => Promise<IPreview>) {}

  /** The last answer, until there is another. */
  answer: IPreview | null = null;

  /** The error, if there was no answer to the last request; else null. */
  problem: unknown = null;

  /** Whether the answer belongs to an earlier request. */
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

  /** Ask the server, unless the last request was the same; null drops the last request. */
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
