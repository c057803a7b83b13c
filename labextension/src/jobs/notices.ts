/**
 * The notifications that a job has been submitted, and that jobs have ended. None outlives the need
 * for it: it goes once its jobs are opened or deleted.
 */
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IJob } from '../api/jobs';
import { CommandIDs } from '../commandids';
import { endedWords, submittedWords } from './announcement';
import type { IEnded } from './endings';

const SHORT = 6_000;
const LONG = 10_000;

/** A notification, and the jobs of which it tells. */
interface INotice extends IEnded {
  id: string;
}

/**
 * One notification for the jobs that are submitted, and one for the failures; what succeeds goes
 * by itself.
 */
export class Notices {
  constructor(
    private _commands: CommandRegistry,
    private _trans: TranslationBundle
  ) {}

  /** Say that *job* was submitted, together with those of which that is still said. */
  submitted(job: IJob): void {
    const jobs = [...this._standing(this._submitted), job];
    const message = submittedWords(jobs, this._trans);
    this._submitted = this._say(this._submitted, message, 'info', SHORT, { jobs, wasAway: false });
  }

  /** Say that jobs have ended; failures join those of which that is still said. */
  ended(ended: IEnded): void {
    ended.jobs.forEach(({ id }) => this._leaveSubmitted(id));
    if (!ended.jobs.some(hasFailed)) {
      const standing = this._others.filter(({ id }) => Notification.manager.has(id));
      this._others = [...standing, this._sayEnded(null, ended, LONG)];
      return;
    }
    const before = this._standing(this._failed);
    const wasAway = ended.wasAway && (!before.length || (this._failed?.wasAway ?? false));
    const jobs = [...before, ...ended.jobs];
    this._failed = this._sayEnded(this._failed, { jobs, wasAway }, false);
  }

  /** Say no more of the job *id*: it was opened or deleted. */
  leave(id: string): void {
    this._leaveSubmitted(id);
    this._others = this._others.flatMap(notice => this._without(notice, id, LONG) ?? []);
    this._failed = this._without(this._failed, id, false);
  }

  private _leaveSubmitted(id: string): void {
    const notice = this._submitted;
    if (notice?.jobs.some(job => job.id === id)) {
      const jobs = notice.jobs.filter(job => job.id !== id);
      const message = submittedWords(jobs, this._trans);
      this._submitted = jobs.length
        ? this._say(notice, message, 'info', SHORT, { jobs, wasAway: false })
        : this._dismiss(notice);
    }
  }

  private _without(notice: INotice | null, id: string, autoClose: number | false): INotice | null {
    if (!notice?.jobs.some(job => job.id === id)) {
      return notice;
    }
    const jobs = this._standing(notice).filter(job => job.id !== id);
    return jobs.length
      ? this._sayEnded(notice, { ...notice, jobs }, autoClose)
      : this._dismiss(notice);
  }

  private _sayEnded(notice: INotice | null, ended: IEnded, autoClose: number | false): INotice {
    const { jobs } = ended;
    const type = jobs.some(hasFailed)
      ? 'error'
      : jobs.every(({ status }) => status === 'COMPLETED')
        ? 'success'
        : 'info';
    return this._say(notice, endedWords(ended, this._trans), type, autoClose, ended);
  }

  private _say(
    notice: INotice | null,
    message: string,
    type: Notification.TypeOptions,
    autoClose: number | false,
    ended: IEnded
  ): INotice {
    const options = { actions: this._actions(ended.jobs), autoClose };
    const isThere =
      notice !== null && Notification.update({ id: notice.id, message, type, ...options });
    const id = isThere ? notice.id : Notification.emit(message, type, options);
    return { id, ...ended };
  }

  private _actions(jobs: ReadonlyArray<IJob>): Notification.IAction[] {
    const trans = this._trans;
    const action = (label: string, command: string, id = ''): Notification.IAction => ({
      label,
      callback: () => void this._commands.execute(command, id ? { id } : {})
    });
    const [job, ...others] = jobs;
    if (!job || others.length) {
      return [action(trans.__('Show the tasks'), CommandIDs.showTasks)];
    }
    const open = action(trans.__('Open job'), CommandIDs.job.open, job.id);
    return job.error && job.notebook
      ? [action(trans.__('Go to the cell'), CommandIDs.job.cell, job.id), open]
      : [open];
  }

  /** The jobs of *notice*, if it is still there. */
  private _standing(notice: INotice | null): ReadonlyArray<IJob> {
    return notice && Notification.manager.has(notice.id) ? notice.jobs : [];
  }

  private _dismiss({ id }: INotice): null {
    Notification.dismiss(id);
    return null;
  }

  private _failed: INotice | null = null;
  private _others: INotice[] = [];
  private _submitted: INotice | null = null;
}

function hasFailed({ status }: IJob): boolean {
  return status === 'FAILED';
}
