/**
 * The model of the form for a snapshot: its name, what it is about, and whether others see it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomModel } from '@jupyterlab/ui-components';
import { RequestError } from '../api/request';
import type { ISnapshotDetails } from '../api/snapshots';
import type { Errors, IForm } from '../forms/form';
import { FormPart } from '../forms/formpart';

/**
 * The state of a dialog; *send* throws a RequestError for a refusal.
 */
export class SnapshotFormModel extends VDomModel {
  constructor(
    details: ISnapshotDetails,
    private _send: (details: ISnapshotDetails) => Promise<unknown>,
    private _trans: TranslationBundle
  ) {
    super();
    const { description, name, private: isPrivate } = details;
    const data = {
      name,
      ...(description && { description }),
      private: isPrivate ?? false
    };
    this.part = new FormPart(form(_trans), data, part => this._check(part));
    this.part.changed.connect(() => this.stateChanged.emit(), this);
  }

  readonly part: FormPart;

  /** Whether the form is being sent. */
  isBusy = false;

  /** The error that belongs to no field, in a sentence; empty if there is none. */
  problem = '';

  /** Check and send; returns whether it was accepted. */
  async submit(): Promise<boolean> {
    this.problem = '';
    if (!this.part.validate()) {
      this.stateChanged.emit();
      return false;
    }
    this.isBusy = true;
    this.stateChanged.emit();
    let isAccepted = true;
    try {
      await this._send(this._details);
    } catch (error) {
      isAccepted = false;
      this._explain(error);
    }
    this.isBusy = false;
    this.stateChanged.emit();
    return isAccepted;
  }

  private get _details(): ISnapshotDetails {
    const { description = '', name, private: isPrivate } = this.part.data as ISnapshotDetails;
    return { name: name!.trim(), description, private: isPrivate ?? false };
  }

  private _check({ data }: FormPart): Errors {
    const { name } = data as ISnapshotDetails;
    return name?.trim() ? {} : { name: this._trans.__('Needs a name.') };
  }

  private _explain(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const refusal = error instanceof RequestError ? error : null;
    const isName = refusal?.reason === 'name_taken';
    const errors = isName ? [{ field: 'name', message: message }] : (refusal?.errors ?? []);
    const elsewhere = errors.filter(
      ({ field, message }) => !this.part.showServerError(field, message)
    );
    this.problem = errors.length ? elsewhere.map(({ message }) => message).join(' ') : message;
  }
}

function form(trans: TranslationBundle): IForm {
  return {
    schema: {
      type: 'object',
      properties: {
        name: { title: trans.__('Name'), type: 'string' },
        description: { title: trans.__('Description'), type: 'string' },
        private: {
          title: trans.__('Private'),
          description: trans.__('Nobody else who can read the notebook sees it.'),
          type: 'boolean'
        }
      }
    },
    uiSchema: {
      description: { 'ui:placeholder': trans.__('What it is about') },
      private: { 'ui:options': { label: false } }
    }
  };
}
