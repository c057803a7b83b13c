/**
 * The dialog that asks how to run; it stays open until everything was submitted.
 */
import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { RunForm } from './form';
import type { RunModel } from './model';

const RUN = 1;

/**
 * Asks for what *model* holds, and submits it.
 */
export class RunDialog extends Dialog<void> {
  constructor(model: RunModel, trans: TranslationBundle) {
    super({
      title: titleOf(model, trans),
      body: new RunForm(model, trans),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Run now') })
      ],
      defaultButton: RUN,
      focusNodeSelector: 'input, select, textarea'
    });
    this._model = model;
    this.addClass('jp-NbTasks-dialog');
    model.cellWanted.connect(this._onCellWanted, this);
    model.stateChanged.connect(this._onStateChanged, this);
  }

  override dispose(): void {
    this._model.cellWanted.disconnect(this._onCellWanted, this);
    this._model.stateChanged.disconnect(this._onStateChanged, this);
    super.dispose();
  }

  override resolve(index = RUN): void {
    if (index !== RUN) {
      super.resolve(index);
    } else if (!this._model.isBusy) {
      void this._submit();
    }
  }

  protected override _evtKeydown(event: KeyboardEvent): void {
    const { activeElement } = document;
    const isOurs = activeElement?.closest('.jp-NbTasks-form') instanceof HTMLElement;
    // Enter presses a button of the form; it submits only from elsewhere.
    if (event.key !== 'Enter' || !isOurs || !(activeElement instanceof HTMLButtonElement)) {
      super._evtKeydown(event);
    }
  }

  protected override _checkValidation(): void {
    // What is wrong is said at its field; a button that does not react says nothing.
  }

  private async _submit(): Promise<void> {
    if (await this._model.submit()) {
      super.resolve(RUN);
      return;
    }
    requestAnimationFrame(() => {
      const field = this.node.querySelector('[data-invalid]');
      field?.querySelector<HTMLElement>('input, select, textarea')?.focus();
      field?.scrollIntoView({ block: 'nearest' });
    });
  }

  private _onCellWanted(): void {
    this.reject();
  }

  private _onStateChanged({ isBusy }: RunModel): void {
    this.node
      .querySelectorAll<HTMLButtonElement>('.jp-Dialog-footer .jp-mod-accept')
      .forEach(button => (button.disabled = isBusy));
  }

  private _model: RunModel;
}

function titleOf({ targets }: RunModel, trans: TranslationBundle): string {
  return targets.length === 1
    ? trans.__('Run “%1”', targets[0]!.name)
    : trans.__('Run %1 notebooks', targets.length);
}
