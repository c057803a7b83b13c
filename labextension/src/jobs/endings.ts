/**
 * Which jobs that have ended this person is told of, and when: those of a burst together, and those
 * that ended while nobody looked as soon as somebody does.
 */
import { Signal } from '@lumino/signaling';
import type { IJob, JobsApi } from '../api/jobs';
import type { IJobs } from '../tokens';
import { FINAL } from './status';

// Jobs that end within so many milliseconds are told together.
const BURST = 500;
const CAUGHT_UP = 100;
// Whoever is told only so many milliseconds later was away.
const LATE = 60_000;

/**
 * Jobs that are told together; *wasAway* says that one of them has ended a while ago.
 */
export interface IEnded {
  jobs: ReadonlyArray<IJob>;
  wasAway: boolean;
}

/**
 * Follows the jobs that this person has submitted, here or in another window, and the failures of
 * their schedules. Each is told once.
 */
export class Endings {
  constructor(private _options: Endings.IOptions) {
    const { jobs, since } = _options;
    this._since = since;
    jobs.ended.connect((_, job) => this._add(job));
    jobs.refreshed.connect(() => void this._catchUp());
    void this._catchUp();
  }

  /** Emits what is to be told. */
  readonly ended: Signal<this, IEnded> = new Signal<this, IEnded>(this);

  private _isMeant({ id, owner, status, trigger }: IJob): boolean {
    const { jobs, user } = this._options;
    const isBySchedule = trigger.type === 'schedule' && status === 'FAILED';
    const isByPerson = trigger.type === 'lab' || trigger.type === 'rerun';
    return jobs.isOwn(id) || (owner === user && (isByPerson || isBySchedule));
  }

  private async _catchUp(): Promise<void> {
    const filter = { q: '', statuses: FINAL, notebook: null };
    let items: IJob[];
    try {
      ({ items } = await this._options.api.list(filter, CAUGHT_UP));
    } catch {
      // The list shows what is wrong, and all is read again once the server answers.
      return;
    }
    if (this._since !== null) {
      items.forEach(job => this._add(job));
    }
    this._remember(items);
  }

  private _add(job: IJob): void {
    const isOld = this._since !== null && momentOf(job) <= momentOf({ ended_at: this._since });
    if (isOld || this._told.has(job.id) || !this._isMeant(job)) {
      return;
    }
    this._told.add(job.id);
    this._gathered.push(job);
    if (this._gathered.length === 1) {
      setTimeout(() => this._tell(), BURST);
    }
  }

  private _tell(): void {
    const jobs = this._gathered;
    this._gathered = [];
    const wasAway = jobs.some(job => momentOf(job) < Date.now() - LATE);
    this.ended.emit({ jobs, wasAway });
    this._options.remember(this._newest(jobs));
  }

  /** Jobs that ended before the last of *jobs* were told, or are about to be. */
  private _remember(jobs: ReadonlyArray<IJob>): void {
    this._since = this._newest(jobs);
    this._options.remember(this._since);
  }

  private _newest(jobs: ReadonlyArray<IJob>): string {
    const ends = [
      this._since ?? new Date(0).toISOString(),
      ...jobs.flatMap(job => job.ended_at ?? [])
    ];
    return ends.reduce((one, other) => (Date.parse(other) > Date.parse(one) ? other : one));
  }

  private _gathered: IJob[] = [];
  private _since: string | null;
  private _told = new Set<string>();
}

function momentOf({ ended_at }: Pick<IJob, 'ended_at'>): number {
  return ended_at === null ? Infinity : Date.parse(ended_at);
}

/**
 * The namespace for Endings statics.
 */
export namespace Endings {
  /**
   * What is followed: *user* is the owner of this person's jobs, *since* the end of the last job
   * that was told before this window was there (null where none ever was), which *remember* is
   * given anew.
   */
  export interface IOptions {
    api: JobsApi;
    jobs: IJobs;
    user: string;
    since: string | null;
    remember: (since: string) => void;
  }
}
