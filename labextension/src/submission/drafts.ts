/**
 * What was filled in for notebooks and not sent, as long as this window is open.
 */
import type { IInitialValues } from '../tokens';
import type { RunModel } from './model';

/**
 * Remembers a draft for each choice of notebooks.
 */
export class Drafts {
  /** What was filled in for the notebooks at *paths*. */
  get(paths: ReadonlyArray<string>): IInitialValues | undefined {
    return this._drafts.get(keyOf(paths));
  }

  /** Keep what *model* holds, unless something of it was sent. */
  keep(paths: ReadonlyArray<string>, { draft, targets }: RunModel): void {
    const isSent = targets.some(({ job, schedule }) => job !== null || schedule !== null);
    if (isSent || draft === null) {
      this._drafts.delete(keyOf(paths));
    } else {
      this._drafts.set(keyOf(paths), draft);
    }
  }

  private _drafts = new Map<string, IInitialValues>();
}

function keyOf(paths: ReadonlyArray<string>): string {
  return JSON.stringify(paths);
}
