/**
 * A part of a form: what is filled in, and what is said against it; knows nothing of the screen.
 */
import { JSONExt } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Errors, FormData, IForm } from './form';

/**
 * The fields of a part of a form. *check* says what is wrong with what they hold.
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

  /** Whether its fields are to be seen. */
  isExpanded = true;

  /** Emits when it was filled in, folded or unfolded. */
  get changed(): ISignal<FormPart, void> {
    return this._changed;
  }

  /** What is wrong, by field, of the fields that were touched. */
  get errors(): Errors {
    const visible = Object.entries(this.allErrors).filter(
      ([field]) => this._isValidated || this.isTouched(field)
    );
    return { ...Object.fromEntries(visible), ...this._serverErrors };
  }

  /** What is wrong, by field. */
  get allErrors(): Errors {
    return this._check(this);
  }

  /** Whether a field was filled in. */
  isTouched(field: string): boolean {
    return this._touched.has(field);
  }

  /** Take fields for filled in, so that what is wrong with them is to be seen at once. */
  touch(fields: Iterable<string>): void {
    this._touched = new Set([...this._touched, ...fields]);
  }

  /** Take over what was filled in. */
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

  /** Show the fields, or fold them. */
  toggle(): void {
    this.isExpanded = !this.isExpanded;
    this._changed.emit();
  }

  /** Say what is wrong with every field; returns whether nothing is. */
  validate(): boolean {
    this._isValidated = true;
    this._serverErrors = {};
    const isRight = Object.keys(this.allErrors).length === 0;
    this.isExpanded ||= !isRight;
    return isRight;
  }

  /** Say at a field what the server has against it; returns whether there is such a field. */
  showServerError(field: string, message: string): boolean {
    if (!(field in (this.form.schema.properties ?? {}))) {
      return false;
    }
    this._serverErrors[field] ??= message;
    this.isExpanded = true;
    return true;
  }

  /** Take back what the server has against these fields. */
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
