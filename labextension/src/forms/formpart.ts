/**
 * A part of a form: its data and its errors. It knows nothing of the screen.
 */
import { JSONExt } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Errors, FormData, IForm } from './form';

/**
 * The fields of a part of a form; *check* returns the errors in their data.
 */
export class FormPart {
  constructor(
    form: IForm,
    data: FormData,
    private _check: (part: FormPart) => Errors
  ) {
    this.form = form;
    this.data = data;
  }

  form: IForm;
  data: FormData;

  /** Whether its fields are shown. */
  isExpanded = true;

  /** Emits when its data has changed, and when it was expanded or collapsed. */
  get changed(): ISignal<FormPart, void> {
    return this._changed;
  }

  /** The errors by field, of the fields that were touched. */
  get errors(): Errors {
    const visible = Object.entries(this.allErrors).filter(
      ([field]) => this._isValidated || this.isTouched(field)
    );
    return { ...Object.fromEntries(visible), ...this._serverErrors };
  }

  /** The errors by field. */
  get allErrors(): Errors {
    return this._check(this);
  }

  /** Whether a person has changed a field. */
  isTouched(field: string): boolean {
    return this._touched.has(field);
  }

  /** Treat fields as changed by a person, so that their errors are shown at once. */
  touch(fields: Iterable<string>): void {
    this._touched = new Set([...this._touched, ...fields]);
  }

  /** Take over *data*, which a person has changed. */
  setData(data: FormData): void {
    const before = this.data;
    for (const field of new Set([...Object.keys(before), ...Object.keys(data)])) {
      if (!JSONExt.deepEqual((before[field] ?? null) as never, (data[field] ?? null) as never)) {
        this._touched.add(field);
        delete this._serverErrors[field];
      }
    }
    this.data = data;
    this._changed.emit();
  }

  /** Expand or collapse the fields. */
  toggle(): void {
    this.isExpanded = !this.isExpanded;
    this._changed.emit();
  }

  /** Show the errors of every field; returns whether there are none. */
  validate(): boolean {
    this._isValidated = true;
    this._serverErrors = {};
    const isRight = Object.keys(this.allErrors).length === 0;
    this.isExpanded ||= !isRight;
    return isRight;
  }

  /** Show an error of the server at a field; returns whether there is such a field. */
  showServerError(field: string, message: string): boolean {
    if (!(field in (this.form.schema.properties ?? {}))) {
      return false;
    }
    this._serverErrors[field] ??= withoutName(message);
    this.isExpanded = true;
    return true;
  }

  /** Remove the server's errors from these fields. */
  clearServerErrors(fields: Iterable<string>): void {
    for (const field of fields) {
      delete this._serverErrors[field];
    }
  }

  private _changed = new Signal<this, void>(this);
  private _isValidated = false;
  private _serverErrors: Errors = {};
  private _touched = new Set<string>();
}

/** What the server says of a field, for the one who sees it there: 'cron' must be → Must be. */
function withoutName(message: string): string {
  return message.replace(/^'[\w.]+' (\w)/, (_, first: string) => first.toUpperCase());
}
