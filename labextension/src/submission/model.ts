/**
 * One dialog's state: the notebooks, what was filled in, and what is wrong with it.
 */
import type { KernelSpec } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomModel } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IParameters } from '../api/parameters';
import type { IFieldError } from '../api/request';
import { RequestError } from '../api/request';
import type { ISchedule } from '../api/schedules';
import type { Errors, IForm } from '../forms/form';
import { FormPart } from '../forms/formpart';
import { complaints } from '../forms/validation';
import { ScheduleDraft } from '../schedules/formmodel';
import type { IFilled } from '../tokens';
import { differences, initialOptions, renewed, usualOf } from './initialvalues';
import { USUAL, optionsForm } from './options';
import type { IServer, ITarget } from './requests';
import { Requests, areAlike, scheduleRequest, stemOf, targetsOf } from './requests';
import { placed, withPlaces } from './templatefields';
import type { IReading } from './values';
import { formOf, initialData, readData, valuesSchema } from './values';

const OF_PARAMETERS = 'parameters.';

/**
 * What is filled in, checked and sent; knows nothing of the screen.
 */
export class RunModel extends VDomModel {
  constructor(options: RunModel.IOptions) {
    super();
    this._options = options;
    this.targets = targetsOf(options.notebooks);
    const { schedule, isCopy = false, specs, server, trans } = options;
    const ask = server.preview;
    const notebook = this.targets.length > 1 ? null : stemOf(this.targets[0]!);
    this.schedule = new ScheduleDraft({ schedule, isCopy, notebook, ask, trans });
    const filled = options.filled ?? {};
    const { parameters: values = {} } = schedule ?? filled;
    this.parameters = new FormPart(this._form(), initialData(this._read, values), () =>
      this._check()
    );
    this._requests = new Requests(filled.snapshot_id);
    this.isSnapshot = filled.snapshot_id !== undefined;
    const form = optionsForm(specs, !this.isSnapshot, trans);
    const shown = initialOptions(form, schedule ?? filled, schedule ? USUAL : usualOf(this._read));
    this.options = new FormPart(form, shown, ({ data }) => complaints(form.schema, data, trans));
    this.options.isUnfolded = Object.keys(shown).length > 0;
    this.notes = this._notes(schedule ? { parameters: values } : filled);
    // What somebody has filled in before may not fit any more, which is to be seen at once.
    this.parameters.touch(Object.keys(schedule ? this.parameters.form.schema.properties! : values));
    this.options.touch(Object.keys(shown));
    this.parameters.changed.connect(this._onChanged, this);
    this.options.changed.connect(this._onChanged, this);
    this.schedule.changed.connect(this._onScheduleChanged, this);
  }

  readonly targets: ReadonlyArray<ITarget>;
  readonly parameters: FormPart;
  readonly options: FormPart;
  readonly schedule: ScheduleDraft;

  /** Whether it is a version that was kept: it is not written into, or scheduled. */
  readonly isSnapshot: boolean;
  /** What has changed since the run that is repeated. */
  readonly notes: ReadonlyArray<string>;

  /** What is wrong as a whole, in a sentence. */
  problem = '';

  /** Whether it is being sent. */
  isBusy = false;

  /** Whether the person would rather have a parameters cell. */
  isCellWanted = false;

  /** Emits when the dialog is to make way for a new parameters cell. */
  get cellWanted(): ISignal<RunModel, void> {
    return this._cellWanted;
  }

  /** Whether all notebooks take the same parameters, so that one form fits. */
  get isShared(): boolean {
    return areAlike(this.targets.map(({ parameters }) => parameters));
  }

  override dispose(): void {
    this.schedule.dispose();
    super.dispose();
  }

  /** Ask for a parameters cell instead of running. */
  wantCell(): void {
    this.isCellWanted = true;
    this._cellWanted.emit();
  }

  /** Check and send; returns whether everything was submitted, or scheduled if that is open. */
  async submit(): Promise<boolean> {
    const done = this.schedule.isOpen ? 'schedule' : 'job';
    const parts = [this.parameters, this.options, ...(done === 'schedule' ? [this.schedule] : [])];
    this.problem = '';
    const areRight = parts.map(part => part.try());
    if (areRight.includes(false)) {
      this.stateChanged.emit();
      return false;
    }
    this.isBusy = true;
    this.stateChanged.emit();
    const wanted = this.targets.filter(({ missing }) => missing.length === 0);
    for (const target of wanted.filter(one => one[done] === null)) {
      await this._send(target, done);
    }
    this.isBusy = false;
    this.stateChanged.emit();
    return wanted.length > 0 && wanted.every(one => one[done] !== null);
  }

  private async _send(target: ITarget, wanted: 'job' | 'schedule'): Promise<void> {
    const values = this.isShared ? this._reading.values : {};
    const input = { values, options: this.options.data };
    try {
      target.problem = '';
      if (wanted === 'schedule') {
        const request = scheduleRequest(target, input, this.schedule.when);
        target.schedule = await this._options.server.schedule(request);
      } else {
        const request = this._requests.make(target, input, this.targets.length > 1);
        target.job = await this._options.server.submit(request);
      }
    } catch (error) {
      await this._explain(target, error);
    }
  }

  private async _explain(target: ITarget, error: unknown): Promise<void> {
    let said = error instanceof Error ? error.message : String(error);
    if (error instanceof RequestError) {
      if (error.reason === 'hash_differs') {
        said = await this._look(target);
      }
      const elsewhere = error.errors.filter(one => !this._place(one));
      if (elsewhere.length < error.errors.length) {
        said = elsewhere.map(({ message }) => message).join(' ');
      }
    }
    if (this.targets.length === 1) {
      this.problem = said;
    } else {
      target.problem = said || this._options.trans.__('Not submitted; see below.');
    }
  }

  /** Show an error at its field; returns whether there is such a field. */
  private _place(error: IFieldError): boolean {
    const { field, message } = error;
    if (field.startsWith(OF_PARAMETERS)) {
      return this.isShared && this.parameters.refuse(field.slice(OF_PARAMETERS.length), message);
    }
    return (
      this.options.refuse(field.split('.')[0]!, message) ||
      (this.schedule.isOpen && this.schedule.refuse(error))
    );
  }

  /** Read a notebook again; returns what is to be said of that. */
  private async _look(target: ITarget): Promise<string> {
    try {
      target.parameters = await this._options.server.inspect(target.path);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    this.parameters.data = renewed(this.parameters.data, this._read, name =>
      this.parameters.isTouched(name)
    );
    this.parameters.form = this._form();
    return this._options.trans.__(
      'The notebook was saved meanwhile and is read again. Check and repeat.'
    );
  }

  private _form(): IForm {
    const form = formOf(this._read);
    return this.schedule.isOpen ? withPlaces(form, this._read) : form;
  }

  private _notes(filled: IFilled): string[] {
    return this.targets.length === 1
      ? [...this.schedule.notes, ...differences(filled, this._read, this._options.trans)]
      : [];
  }

  private _check(): Errors {
    if (!this.isShared) {
      return {};
    }
    const { trans } = this._options;
    const { values, unread } = this._reading;
    const found = complaints(valuesSchema(this._read), values, trans);
    for (const name of unread) {
      found[name] = trans.__('Must be JSON such as %1.', '["a", "b"] or {"a": 1}');
    }
    for (const name of this.schedule.isOpen ? placed(this._read, values) : []) {
      delete found[name];
    }
    return found;
  }

  private _onChanged(): void {
    this.stateChanged.emit();
  }

  private _onScheduleChanged(): void {
    this.parameters.form = this._form();
    this.stateChanged.emit();
  }

  private get _read(): IParameters {
    return this.targets[0]!.parameters;
  }

  private get _reading(): IReading {
    return readData(this._read, this.parameters.data);
  }

  private _cellWanted = new Signal<this, void>(this);
  private _options: RunModel.IOptions;
  private _requests: Requests;
}

/**
 * What a RunModel is made of.
 */
export namespace RunModel {
  /**
   * The notebooks with their parameters, what is filled in already, and the server. What is
   * filled in is that of an earlier run, or of a schedule that is to be changed or copied.
   */
  export interface IOptions {
    notebooks: ReadonlyArray<readonly [path: string, parameters: IParameters]>;
    filled?: IFilled;
    schedule?: ISchedule;
    isCopy?: boolean;
    specs: KernelSpec.ISpecModels | null;
    server: IServer;
    trans: TranslationBundle;
  }
}
