/**
 * A comparison as it is read, with outputs or without.
 */
import { VDomModel } from '@jupyterlab/ui-components';
import type { IComparedSide } from '../api/comparisons';
import type { ICompared } from './cells';
import { comparedOf } from './cells';
import type { IPairs } from './pairs';

/**
 * Two notebooks whose cells are paired.
 */
export interface IPairedNotebooks {
  base: IComparedSide;
  remote: IComparedSide;
  pairs: IPairs;
}

/**
 * The model of a comparison's page.
 */
export class LiveComparison extends VDomModel {
  /** *fetch* reads the notebooks, with their outputs or without. */
  constructor(
    readonly id: string,
    private _fetch: (hasOutputs: boolean) => Promise<IPairedNotebooks>
  ) {
    super();
    this.ready = this.refresh();
  }

  readonly ready: Promise<void>;

  /** What is different; null until the server has answered. */
  compared: ICompared | null = null;
  /** What is compared with what. */
  sides: Pick<IPairedNotebooks, 'base' | 'remote'> | null = null;
  /** Whether the outputs are being compared, which may take a while. */
  isBusy = false;
  /** The server's sentence if it has refused the last request; else null. */
  problem: string | null = null;

  /** Whether outputs are compared, too. */
  get hasOutputs(): boolean {
    return this._hasOutputs;
  }

  /** Compare the outputs, too, or no longer. */
  async showOutputs(areShown: boolean): Promise<void> {
    this._hasOutputs = areShown;
    this.isBusy = true;
    this.stateChanged.emit();
    await this.refresh();
  }

  /** Read both again; of several answers only the one to the last request is shown. */
  async refresh(): Promise<void> {
    const turn = ++this._turn;
    let problem: string | null = null;
    let paired: IPairedNotebooks | null = null;
    try {
      paired = await this._fetch(this._hasOutputs);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (turn !== this._turn || this.isDisposed) {
      return;
    }
    this.problem = problem;
    this.isBusy = false;
    if (paired) {
      this._take(paired);
    }
    this.stateChanged.emit();
  }

  /** Keep the cells as they are drawn if nothing has changed. */
  private _take({ base, pairs, remote }: IPairedNotebooks): void {
    const text = JSON.stringify(pairs);
    if (text !== this._text) {
      this._text = text;
      this.compared = comparedOf(pairs);
    }
    this.sides = { base, remote };
  }

  private _hasOutputs = false;
  private _text = '';
  private _turn = 0;
}
