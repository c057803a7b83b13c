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
  constructor(private _ask: (question: IPreviewRequest) => Promise<IPreview>) {}

  /** The last answer, until there is another. */
  answer: IPreview | null = null;

  /** Why there was none to the last question. */
  problem: unknown = null;

  /** Whether the answer is to an earlier question. */
  isWaiting = false;

  /** Emits at every answer and every refusal. */
  get answered(): ISignal<Preview, void> {
    return this._answered;
  }

  get isDisposed(): boolean {
    return this._debouncer.isDisposed;
  }

  dispose(): void {
    this._debouncer.dispose();
    Signal.clearData(this);
  }

  /** Ask, unless that is just what was asked; null drops what was asked. */
  ask(question: IPreviewRequest | null): void {
    const asked = JSON.stringify(question);
    if (asked !== this._asked) {
      this._asked = asked;
      this.isWaiting = true;
      void this._debouncer.invoke(question);
    }
  }

  private async _settle(question: IPreviewRequest | null): Promise<void> {
    if (question === null) {
      return;
    }
    const asked = JSON.stringify(question);
    const isLast = (): boolean => asked === this._asked && !this.isDisposed;
    try {
      const answer = await this._ask(question);
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
      this._answered.emit();
    }
  }

  private _answered = new Signal<this, void>(this);
  private _asked = '';
  private _debouncer = new Debouncer(
    (question: IPreviewRequest | null) => void this._settle(question),
    PAUSE
  );
}
