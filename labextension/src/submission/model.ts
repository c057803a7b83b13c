/**
 * The model of the dialog that runs notebooks: the notebooks, the data of the form, and its errors.
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
import type { Errors, FormData, IForm } from '../forms/form';
import { FormPart } from '../forms/formpart';
import { errorsOf } from '../forms/validation';
import { ScheduleFormModel } from '../schedules/formmodel';
import type { IInitialValues } from '../tokens';
import { differences, initialOptions, mergedData, defaultsOf } from './initialvalues';
import { DEFAULT_OPTIONS, optionsForm } from './options';
import type { IServer, ITarget } from './requests';
import { RequestFactory, takeSameParameters, scheduleRequest, stemOf, targetsOf } from './requests';
import { templatedNames, withTemplates } from './templatefields';
import type { IFormValues } from './values';
import { changedValues, formOf, initialData, readData, valuesSchema } from './values';

const OF_PARAMETERS = 'parameters.';

/**
 * Holds the data of the form, checks and sends them; it knows nothing of the screen.
 */
export class RunModel extends VDomModel {
  constructor(options: RunModel.IOptions) {
    super();
    this._options = options;
    this.targets = targetsOf(options.notebooks);
    const { schedule, isCopy = false, specs, server, trans } = options;
    const fetchPreview = server.preview;
    const notebook = this.targets.length > 1 ? null : stemOf(this.targets[0]!);
    this.schedule = new ScheduleFormModel({ schedule, isCopy, notebook, fetchPreview, trans });
    const initialValues = options.initialValues ?? {};
    const { parameters: values = {} } = schedule ?? initialValues;
    this._initialValues = values;
    this.parameters = new FormPart(
      this._form(),
      initialData(this._notebookParameters, values),
      () => this._check()
    );
    this._requests = new RequestFactory(initialValues.snapshot_id);
    this.isSnapshot = initialValues.snapshot_id !== undefined;
    this.isDraft = options.isDraft ?? false;
    const { environment } = schedule ?? this._notebookParameters;
    const form = optionsForm(specs, environment, !this.isSnapshot, trans);
    const filledOptions = initialOptions(
      form,
      schedule ?? initialValues,
      schedule ? DEFAULT_OPTIONS : defaultsOf(this._notebookParameters)
    );
    this.options = new FormPart(form, filledOptions, ({ data }) =>
      errorsOf(form.schema, data, trans)
    );
    this.options.isExpanded = Object.keys(filledOptions).length > 0;
    this.notes = this._notes(schedule ? { parameters: values } : initialValues);
    if (options.isDraft) {
      this.notes = [trans.__('What you had filled in before is here again.'), ...this.notes];
    }
    // Earlier values may not be valid any more, which is shown at once.
    this.parameters.touch(Object.keys(schedule ? this.parameters.form.schema.properties! : values));
    this.options.touch(Object.keys(filledOptions));
    this.parameters.changed.connect(this._onChanged, this);
    this.options.changed.connect(this._onChanged, this);
    this.schedule.changed.connect(this._onScheduleChanged, this);
    if (options.isScheduled && !this.schedule.isOpen) {
      this.schedule.toggle();
    }
  }

  readonly targets: ReadonlyArray<ITarget>;
  readonly parameters: FormPart;
  readonly options: FormPart;
  readonly schedule: ScheduleFormModel;

  /** Whether a snapshot is run, which cannot be written into or scheduled. */
  readonly isSnapshot: boolean;
  /** What has changed since the run that is repeated. */
  readonly notes: ReadonlyArray<string>;
  /** Whether it began with what was filled in before and not sent. */
  readonly isDraft: boolean;

  /** The error that belongs to no field, in a sentence; empty if there is none. */
  problem = '';

  /** Whether the form is being sent. */
  isBusy = false;

  /** Whether the person has asked for a parameters cell instead. */
  isCellRequested = false;

  /** Emits when the dialog is to make way for a new parameters cell. */
  get cellRequested(): ISignal<RunModel, void> {
    return this._cellRequested;
  }

  /** Whether all notebooks take the same parameters, so that one form fits. */
  get isShared(): boolean {
    return takeSameParameters(this.targets.map(({ parameters }) => parameters));
  }

  /** What a person has filled in so far; null where everything is as the notebook has it. */
  get draft(): IInitialValues | null {
    const parameters = changedValues(this._notebookParameters, this._formValues.values);
    const defaults = defaultsOf(this._notebookParameters);
    const options = initialOptions(this.options.form, this.options.data, defaults);
    const isEmpty = Object.keys(parameters).length + Object.keys(options).length === 0;
    return isEmpty ? null : { ...options, parameters };
  }

  /** Show the notebook's own values again. */
  reset(): void {
    this.parameters.setData(initialData(this._notebookParameters));
    this.options.setData({});
  }

  override dispose(): void {
    this.schedule.dispose();
    super.dispose();
  }

  /** Ask for a parameters cell instead of running. */
  requestCell(): void {
    this.isCellRequested = true;
    this._cellRequested.emit();
  }

  /** Check and send; returns whether everything was submitted, or scheduled if that is open. */
  async submit(): Promise<boolean> {
    const kind = this.schedule.isOpen ? 'schedule' : 'job';
    const parts = [this.parameters, this.options, ...(kind === 'schedule' ? [this.schedule] : [])];
    this.problem = '';
    const areRight = parts.map(part => part.validate());
    if (areRight.includes(false)) {
      this.stateChanged.emit();
      return false;
    }
    this.isBusy = true;
    this.stateChanged.emit();
    const complete = this.targets.filter(({ missing }) => missing.length === 0);
    for (const target of complete.filter(target => target[kind] === null)) {
      await this._send(target, kind);
    }
    this.isBusy = false;
    this.stateChanged.emit();
    return complete.length > 0 && complete.every(target => target[kind] !== null);
  }

  private async _send(target: ITarget, kind: 'job' | 'schedule'): Promise<void> {
    const shown = this.isShared ? this._formValues.values : {};
    const values = changedValues(this._notebookParameters, shown);
    const input = { values, options: this.options.data };
    try {
      target.problem = '';
      if (kind === 'schedule') {
        const request = scheduleRequest(target, input, this.schedule.ruleAndLimits);
        target.schedule = await this._options.server.schedule(request);
      } else {
        const request = this._requests.create(target, input, this.targets.length > 1);
        target.job = await this._options.server.submit(request);
      }
    } catch (error) {
      await this._explain(target, error);
    }
  }

  private async _explain(target: ITarget, error: unknown): Promise<void> {
    let message = error instanceof Error ? error.message : String(error);
    if (error instanceof RequestError) {
      if (error.reason === 'hash_differs') {
        message = await this._reload(target);
      }
      const elsewhere = error.errors.filter(fieldError => !this._showAtField(fieldError));
      if (elsewhere.length < error.errors.length) {
        message = elsewhere.map(fieldError => fieldError.message).join(' ');
      }
    }
    if (this.targets.length === 1) {
      this.problem = message;
    } else {
      target.problem = message || this._options.trans.__('Not submitted; see below.');
    }
  }

  /** Show an error at its field; returns whether there is such a field. */
  private _showAtField(error: IFieldError): boolean {
    const { field, message } = error;
    if (field.startsWith(OF_PARAMETERS)) {
      return (
        this.isShared && this.parameters.showServerError(field.slice(OF_PARAMETERS.length), message)
      );
    }
    return (
      this.options.showServerError(field.split('.')[0]!, message) ||
      (this.schedule.isOpen && this.schedule.showServerError(error))
    );
  }

  /** Read a notebook again; returns a sentence for the person. */
  private async _reload(target: ITarget): Promise<string> {
    try {
      target.parameters = await this._options.server.inspect(target.path);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    this.parameters.data = mergedData(this.parameters.data, this._notebookParameters, name =>
      this.parameters.isTouched(name)
    );
    this.parameters.form = this._form();
    return this._options.trans.__(
      'The notebook was saved in the meantime and has been read again. Check the values and try again.'
    );
  }

  private _form(): IForm {
    const form = formOf(this._notebookParameters, this._initialValues);
    return this.schedule.isOpen ? withTemplates(form, this._notebookParameters) : form;
  }

  private _notes(initialValues: IInitialValues): string[] {
    return this.targets.length === 1
      ? [
          ...this.schedule.notes,
          ...differences(initialValues, this._notebookParameters, this._options.trans)
        ]
      : [];
  }

  private _check(): Errors {
    if (!this.isShared) {
      return {};
    }
    const { trans } = this._options;
    const { values, invalid } = this._formValues;
    const errors = errorsOf(valuesSchema(this._notebookParameters), values, trans);
    for (const name of invalid) {
      errors[name] = trans.__('Must be JSON such as %1.', '["a", "b"] or {"a": 1}');
    }
    for (const name of this.schedule.isOpen
      ? templatedNames(this._notebookParameters, values)
      : []) {
      delete errors[name];
    }
    return errors;
  }

  private _onChanged(): void {
    this.stateChanged.emit();
  }

  private _onScheduleChanged(): void {
    this.parameters.form = this._form();
    this.stateChanged.emit();
  }

  private get _notebookParameters(): IParameters {
    return this.targets[0]!.parameters;
  }

  private get _formValues(): IFormValues {
    return readData(this._notebookParameters, this.parameters.data);
  }

  private _cellRequested = new Signal<this, void>(this);
  private _initialValues: FormData;
  private _options: RunModel.IOptions;
  private _requests: RequestFactory;
}

/**
 * The namespace for RunModel statics.
 */
export namespace RunModel {
  /**
   * The notebooks with their parameters, the kernels to choose from, and the server.
   * *initialValues* are those of an earlier run, or what was filled in before and not sent if it
   * *isDraft*; *schedule* is one to edit, or to copy if *isCopy*. If it *isScheduled*, that part of the
   * form is open.
   */
  export interface IOptions {
    notebooks: ReadonlyArray<readonly [path: string, parameters: IParameters]>;
    initialValues?: IInitialValues;
    schedule?: ISchedule;
    isCopy?: boolean;
    isDraft?: boolean;
    isScheduled?: boolean;
    specs: KernelSpec.ISpecModels | null;
    server: IServer;
    trans: TranslationBundle;
  }
}
