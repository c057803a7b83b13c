/**
 * What is said of a snapshot while it is filled in: its name, what it is about, who sees it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomModel } from '@jupyterlab/ui-components';
import { RequestError } from '../api/request';
import type { ISnapshotFacts } from '../api/snapshots';
import type { Errors, IForm } from '../forms/form';
import { FormPart } from '../forms/formpart';

/**
 * The state of a dialog; *send* throws a RequestError for a refusal.
 */
export class SnapshotDraft extends VDomModel {
  constructor(
    facts: ISnapshotFacts,
    private _send: (facts: ISnapshotFacts) => Promise<unknown>,
    private _trans: TranslationBundle
  ) {
    super();
    const { description, name, private: isPrivate } = facts;
    const data = {
      name,
      ...(description && { description }),
      private: isPrivate ?? false
    };
    this.part = new FormPart(form(_trans), data, part => this._check(part));
    this.part.changed.connect(() => this.stateChanged.emit(), this);
  }

  readonly part: FormPart;

  /** Whether it is being sent. */
  isBusy = false;

  /** What is wrong as a whole, in a sentence. */
  problem = '';

  /** Check and send; returns whether it was accepted. */
  async submit(): Promise<boolean> {
    this.problem = '';
    if (!this.part.try()) {
      this.stateChanged.emit();
      return false;
    }
    this.isBusy = true;
    this.stateChanged.emit();
    let isAccepted = true;
    try {
      await this._send(this._facts);
    } catch (error) {
      isAccepted = false;
      this._explain(error);
    }
    this.isBusy = false;
    this.stateChanged.emit();
    return isAccepted;
  }

  private get _facts(): ISnapshotFacts {
    const { description = '', name, private: isPrivate } = this.part.data as ISnapshotFacts;
    return { name: name!.trim(), description, private: isPrivate ?? false };
  }

  private _check({ data }: FormPart): Errors {
    const { name } = data as ISnapshotFacts;
    return name?.trim() ? {} : { name: this._trans.__('Needs a name.') };
  }

  private _explain(error: unknown): void {
    const said = error instanceof Error ? error.message : String(error);
    const refusal = error instanceof RequestError ? error : null;
    const isName = refusal?.reason === 'name_taken';
    const placed = isName ? [{ field: 'name', message: said }] : (refusal?.errors ?? []);
    const elsewhere = placed.filter(({ field, message }) => !this.part.refuse(field, message));
    this.problem = placed.length ? elsewhere.map(({ message }) => message).join(' ') : said;
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
