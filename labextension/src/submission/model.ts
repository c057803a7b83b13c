/**
 * One dialog's state: the notebooks, what was filled in, and what is wrong with it.
 */
import type { KernelSpec } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomModel } from '@jupyterlab/ui-components';
import { JSONExt } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IFieldError } from '../request';
import { RequestError } from '../request';
import type { IJob, IParameters } from '../tokens';
import { differences, initialOptions, renewed } from './filling';
import { optionsForm } from './options';
import type { IRequest, ITarget, Part } from './requests';
import { Requests, areAlike, fieldOf, targetsOf } from './requests';
import type { IFilled } from './tokens';
import type { Errors } from './validation';
import { complaints } from './validation';
import type { FormData, IForm, IReading } from './values';
import { formOf, initialData, readData, valuesSchema } from './values';

/**
 * What is filled in, checked and sent; knows nothing of the screen.
 */
export class RunModel extends VDomModel {
  constructor(options: RunModel.IOptions) {
    super();
    this._options = options;
    this.targets = targetsOf(options.notebooks);
    this.forms = {
      parameters: formOf(this._read),
      options: optionsForm(options.specs, options.trans)
    };
    const { filled = {}, trans } = options;
    this.data = {
      parameters: initialData(this._read, filled.parameters),
      options: initialOptions(this.forms.options, filled, this._read)
    };
    this.notes = this.targets.length === 1 ? differences(filled, this._read, trans) : [];
    this.isUnfolded = Object.keys(this.data.options).length > 0;
    // What somebody has filled in before may not fit any more, which is to be seen at once.
    this._touched = new Set([
      ...Object.keys(filled.parameters ?? {}).map(name => `parameters.${name}`),
      ...Object.keys(this.data.options).map(name => `options.${name}`)
    ]);
  }

  readonly targets: ReadonlyArray<ITarget>;

  /** What has changed since the run that is repeated. */
  readonly notes: ReadonlyArray<string>;

  forms: Record<Part, IForm>;
  data: Record<Part, FormData>;

  /** What is wrong as a whole, in a sentence. */
  problem = '';

  /** Whether it is being sent. */
  isBusy = false;

  /** Whether the options are to be seen. */
  isUnfolded: boolean;

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

  /** What is wrong, by field, of the fields that were touched. */
  get errors(): Record<Part, Errors> {
    const found = this._check(this._reading());
    for (const part of ['parameters', 'options'] as const) {
      const shown = Object.entries(found[part]).filter(
        ([field]) => this._isTried || this._touched.has(`${part}.${field}`)
      );
      found[part] = { ...Object.fromEntries(shown), ...this._refused[part] };
    }
    return found;
  }

  /** Take over what was filled in. */
  fill(part: Part, data: FormData): void {
    const before = this.data[part];
    for (const field of new Set([...Object.keys(before), ...Object.keys(data)])) {
      if (!JSONExt.deepEqual((before[field] ?? null) as never, (data[field] ?? null) as never)) {
        this._touched.add(`${part}.${field}`);
        delete this._refused[part][field];
      }
    }
    this.data = { ...this.data, [part]: data };
    this.stateChanged.emit();
  }

  /** Show the options, or fold them. */
  toggle(): void {
    this.isUnfolded = !this.isUnfolded;
    this.stateChanged.emit();
  }

  /** Ask for a parameters cell instead of running. */
  wantCell(): void {
    this.isCellWanted = true;
    this._cellWanted.emit();
  }

  /** Check and send; returns whether everything was submitted. */
  async submit(): Promise<boolean> {
    const reading = this._reading();
    const errors = this._check(reading);
    this._isTried = true;
    this._refused = { parameters: {}, options: {} };
    this.problem = '';
    this.isUnfolded ||= Object.keys(errors.options).length > 0;
    if (Object.keys({ ...errors.parameters, ...errors.options }).length > 0) {
      this.stateChanged.emit();
      return false;
    }
    this.isBusy = true;
    this.stateChanged.emit();
    const wanted = this.targets.filter(({ missing }) => missing.length === 0);
    for (const target of wanted.filter(({ job }) => job === null)) {
      await this._submit(target, reading.values);
    }
    this.isBusy = false;
    this.stateChanged.emit();
    return wanted.length > 0 && wanted.every(({ job }) => job !== null);
  }

  private async _submit(target: ITarget, values: FormData): Promise<void> {
    try {
      target.problem = '';
      target.job = await this._options.submit(
        this._requests.make(
          target,
          this.isShared ? values : {},
          this.data.options,
          this.targets.length > 1
        )
      );
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
    const [part, name] = fieldOf(error);
    const isThere = part === 'options' || this.isShared;
    if (!isThere || !(name in (this.forms[part].schema.properties ?? {}))) {
      return false;
    }
    this._refused[part][name] ??= error.message;
    this.isUnfolded ||= part === 'options';
    return true;
  }

  /** Read a notebook again; returns what is to be said of that. */
  private async _look(target: ITarget): Promise<string> {
    try {
      target.parameters = await this._options.inspect(target.path);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    const isKept = (name: string): boolean => this._touched.has(`parameters.${name}`);
    const parameters = renewed(this.data.parameters, this._read, isKept);
    this.forms = { ...this.forms, parameters: formOf(this._read) };
    this.data = { ...this.data, parameters };
    return this._options.trans.__(
      'The notebook was saved meanwhile and is read again. Check and repeat.'
    );
  }

  private _reading(): IReading {
    return readData(this._read, this.data.parameters);
  }

  private _check({ values, unread }: IReading): Record<Part, Errors> {
    const { trans } = this._options;
    const parameters = this.isShared ? complaints(valuesSchema(this._read), values, trans) : {};
    for (const name of unread) {
      parameters[name] = trans.__('Must be JSON such as %1.', '["a", "b"] or {"a": 1}');
    }
    return {
      parameters,
      options: complaints(this.forms.options.schema, this.data.options, trans)
    };
  }

  private get _read(): IParameters {
    return this.targets[0]!.parameters;
  }

  private _cellWanted = new Signal<this, void>(this);
  private _isTried = false;
  private _options: RunModel.IOptions;
  private _refused: Record<Part, Errors> = { parameters: {}, options: {} };
  private _requests = new Requests();
  private _touched: Set<string>;
}

/**
 * What a RunModel is made of.
 */
export namespace RunModel {
  /**
   * The notebooks with their parameters, what is filled in already, and the server.
   */
  export interface IOptions {
    notebooks: ReadonlyArray<[path: string, parameters: IParameters]>;
    filled?: IFilled;
    specs: KernelSpec.ISpecModels | null;
    submit: (request: IRequest) => Promise<IJob>;
    inspect: (path: string) => Promise<IParameters>;
    trans: TranslationBundle;
  }
}
