/**
 * The jobs that are known whether they are in the list or not.
 */
import type { IJob } from '../api/jobs';
import { RecentCache } from '../lists/recentcache';
import { isFinal } from './status';

/**
 * The jobs that are not over, and the last ones that were asked for.
 */
export class JobCache {
  /** The ids of the jobs that are not over. */
  get unfinished(): string[] {
    return [...this._unfinished.keys()];
  }

  /** The jobs that run, newest first. */
  get running(): IJob[] {
    const running = [...this._unfinished.values()].filter(({ status }) => status !== 'SUBMITTED');
    return running.sort((one, other) => (one.id < other.id ? 1 : -1));
  }

  /** How many jobs wait. */
  get waiting(): number {
    return this._unfinished.size - this.running.length;
  }

  get(id: string): IJob | undefined {
    return this._unfinished.get(id) ?? this._recent.get(id);
  }

  /** Follow *job* as long as it is not over. */
  set(job: IJob): void {
    if (isFinal(job.status)) {
      this._unfinished.delete(job.id);
    } else {
      this._unfinished.set(job.id, job);
    }
  }

  /** Keep *job* also when it is over: it may be older than all in the list. */
  keep(job: IJob): void {
    this._recent.delete(job.id);
    if (isFinal(job.status)) {
      this._recent.set(job);
    }
  }

  delete(id: string): void {
    this._unfinished.delete(id);
    this._recent.delete(id);
  }

  private _recent = new RecentCache<IJob>();
  private _unfinished = new Map<string, IJob>();
}
