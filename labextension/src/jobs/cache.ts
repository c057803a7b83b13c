/**
 * The jobs that are known whether they are in the list or not.
 */
import type { IJob } from '../api/jobs';
import { Lately } from '../lists/recentcache';
import { isFinal } from './status';

/**
 * The jobs that are not over, and the last ones that were asked for.
 */
export class KnownJobs {
  /** The ids of the jobs that are not over. */
  get unfinished(): string[] {
    return [...this._unfinished.keys()];
  }

  get(id: string): IJob | undefined {
    return this._unfinished.get(id) ?? this._over.get(id);
  }

  /** Follow *job* as long as it is not over. */
  follow(job: IJob): void {
    if (isFinal(job.status)) {
      this._unfinished.delete(job.id);
    } else {
      this._unfinished.set(job.id, job);
    }
  }

  /** Keep *job* also when it is over: it may be older than all in the list. */
  remember(job: IJob): void {
    this._over.drop(job.id);
    if (isFinal(job.status)) {
      this._over.keep(job);
    }
  }

  drop(id: string): void {
    this._unfinished.delete(id);
    this._over.drop(id);
  }

  private _over = new Lately<IJob>();
  private _unfinished = new Map<string, IJob>();
}
