/**
 * The model of the form for a schedule: its rule, its limits, and when it would be due.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { JSONExt } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IFieldError } from '../api/request';
import { RequestError } from '../api/request';
import type { IPreview, ISchedule, ITiming, IPreviewRequest } from '../api/schedules';
import type { FormData } from '../forms/form';
import { FormPart } from '../forms/formpart';
import { errorsOf } from '../forms/validation';
import { limitsForm, ruleForm } from './forms';
import { cronOf } from './presets';
import { Preview } from './preview';
import type { IRuleData, IRuleAndLimits } from './timing';
import {
  DEFAULT_LIMITS,
  limitsData,
  ruleData,
  timingOf,
  defaultRule,
  ruleAndLimitsOf
} from './timing';

const TIMING = ['frequency', 'minute', 'time', 'days', 'day', 'every', 'cron', 'timezone'];
const BOUNDS = ['start', 'end'];
const SHOWN = 5;

/**
 * The data of a form for a schedule; they only count while the form is open.
 */
export class ScheduleFormModel implements IDisposable {
  constructor(options: ScheduleFormModel.IOptions) {
    this._options = options;
    const { schedule, trans } = options;
    const rule: FormData = { ...(schedule ? ruleData(schedule) : defaultRule()) };
    if (this.copied) {
      rule['name'] = trans.__('%1 (copy)', this.copied.name);
    }
    const limits: FormData = { ...(schedule ? limitsData(schedule) : DEFAULT_LIMITS) };
    const check = ({ form, data }: FormPart): Record<string, string> =>
      errorsOf(form.schema, data, trans);
    this.rule = new FormPart(this._ruleForm(rule), rule, check);
    this.limits = new FormPart(this._limitsForm(rule), limits, check);
    this.limits.isExpanded = !JSONExt.deepEqual(limits as never, DEFAULT_LIMITS);
    this._frequency = rule['frequency'];
    this.preview = new Preview(options.fetchPreview);
    this.isOpen = schedule !== undefined;
    this.rule.changed.connect(this._onChanged, this);
    this.limits.changed.connect(this._onChanged, this);
    this.preview.answerChanged.connect(this._onAnswered, this);
    this._updatePreview();
  }

  readonly rule: FormPart;
  readonly limits: FormPart;
  readonly preview: Preview;

  /** Whether the form is open, so that a schedule is wanted at all. */
  isOpen: boolean;

  /** Emits when the data have changed, and when a preview has arrived. */
  get changed(): ISignal<ScheduleFormModel, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this.preview.isDisposed;
  }

  dispose(): void {
    this.preview.dispose();
    Signal.clearData(this);
  }

  /** The schedule that is being edited; null for a new one. */
  get edited(): ISchedule | null {
    const { schedule = null, isCopy } = this._options;
    return isCopy ? null : schedule;
  }

  /** The schedule that is being copied; null for any other. */
  get copied(): ISchedule | null {
    const { schedule = null, isCopy } = this._options;
    return isCopy ? schedule : null;
  }

  /** What a person should know before editing the schedule. */
  get notes(): string[] {
    const { trans } = this._options;
    const { state, message } = this.edited ?? {};
    if (state === 'ENDED') {
      return [trans.__('It has ended. With a later end, or more times, it goes on.')];
    }
    const why = message ? trans.__('It is paused: %1', message) : trans.__('It is paused.');
    return state === 'PAUSED' ? [why] : [];
  }

  /** The rule and the limits as the server wants them. */
  get ruleAndLimits(): IRuleAndLimits {
    return ruleAndLimitsOf(this.rule.data, this.limits.data);
  }

  /** Open or close the form. */
  toggle(): void {
    this.isOpen = !this.isOpen;
    this._updatePreview();
    this._changed.emit();
  }

  /** Show the errors of every field; returns whether there are none. */
  validate(): boolean {
    const areRight = [this.rule, this.limits].map(part => part.validate());
    return areRight.every(isRight => isRight);
  }

  /** Show an error of the server at its field; returns whether there is such a field. */
  showServerError({ field, message }: IFieldError): boolean {
    // The server calls an interval *interval* and a preset *cron*; the form has other names for
    // them.
    const { properties = {} } = this.rule.form.schema;
    const own = field === 'interval' ? 'every' : field === 'cron' ? 'frequency' : field;
    const name = field in properties ? field : own;
    return this.rule.showServerError(name, message) || this.limits.showServerError(name, message);
  }

  private _onChanged(part: FormPart): void {
    if (part === this.rule) {
      this._convert();
      this.rule.form = this._ruleForm(this.rule.data);
      this.limits.form = this._limitsForm(this.rule.data);
    }
    this._updatePreview();
    this._changed.emit();
  }

  /** When a person changes from a preset to cron, the expression is that of the preset. */
  private _convert(): void {
    const { data } = this.rule;
    const before = { ...data, frequency: this._frequency };
    this._frequency = data['frequency'];
    const isNew = data['frequency'] === 'custom' && before.frequency !== 'custom';
    const { schema } = this._ruleForm(before);
    if (isNew && Object.keys(errorsOf(schema, before, this._options.trans)).length === 0) {
      const cron = cronOf(before as unknown as IRuleData);
      this.rule.data = { ...data, ...(cron !== null && { cron }) };
    }
  }

  private _ruleForm(data: FormData): FormPart['form'] {
    const { notebook, trans } = this._options;
    return ruleForm(data['frequency'] as IRuleData['frequency'], notebook, trans);
  }

  private _limitsForm({ timezone }: FormData): FormPart['form'] {
    return limitsForm((timezone as string | undefined) ?? '', this._options.trans);
  }

  private _updatePreview(): void {
    const wrong = { ...this.rule.allErrors, ...this.limits.allErrors };
    const isKnown = ![...TIMING, ...BOUNDS].some(field => field in wrong);
    this.preview.request(this.isOpen && isKnown ? this._previewRequest() : null);
  }

  private _previewRequest(): IPreviewRequest {
    const timing = timingOf(this.rule.data, this.limits.data);
    const most = (this.limits.data['max_occurrences'] as number | undefined) ?? Infinity;
    const left = most - (this.edited?.occurrences ?? 0);
    const count = Math.max(1, Math.min(SHOWN, left));
    return { ...timing, ...this._anchor(timing), count };
  }

  /** An interval is counted from its start, or else from the creation of the schedule. */
  private _anchor({ interval, start }: ITiming): Partial<ITiming> {
    return this.edited && interval !== null && start === null
      ? { start: this.edited.created_at.replace(/\.\d+/, '') }
      : {};
  }

  private _onAnswered({ problem }: Preview): void {
    this.rule.clearServerErrors(TIMING);
    this.limits.clearServerErrors(BOUNDS);
    if (problem instanceof RequestError) {
      problem.errors.forEach(error => this.showServerError(error));
    }
    this._changed.emit();
  }

  private _changed = new Signal<this, void>(this);
  private _frequency: unknown;
  private _options: ScheduleFormModel.IOptions;
}

/**
 * What a ScheduleDraft is made of.
 */
export namespace ScheduleFormModel {
  /**
   * *schedule* is the one to edit or copy, undefined for a new one; *notebook* is the default of
   * the name, null where there are several notebooks; *fetchPreview* asks when a rule is due.
   */
  export interface IOptions {
    schedule: ISchedule | undefined;
    isCopy: boolean;
    notebook: string | null;
    fetchPreview: (question: IPreviewRequest) => Promise<IPreview>;
    trans: TranslationBundle;
  }
}
