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
        Dialog.okButton({ label: actionOf(model, trans) })
      ],
      defaultButton: RUN,
      focusNodeSelector: 'input, select, textarea'
    });
    this._model = model;
    this._trans = trans;
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
    // Enter presses a button of the form, and picks a suggestion. A run may be started by it from
    // a field; what recurs is not: that takes its button, or Ctrl Enter.
    const isForField =
      activeElement instanceof HTMLButtonElement ||
      (this._model.schedule.isOpen && !event.ctrlKey && !event.metaKey);
    if (event.key !== 'Enter' || !isOurs || !isForField) {
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

  private _onStateChanged(model: RunModel): void {
    const button = this.node.querySelector<HTMLButtonElement>('.jp-Dialog-footer .jp-mod-accept')!;
    const label = button.querySelector('.jp-Dialog-buttonLabel')!;
    button.disabled = model.isBusy;
    label.textContent = actionOf(model, this._trans);
    label.setAttribute('aria-label', label.textContent);
  }

  private _model: RunModel;
  private _trans: TranslationBundle;
}

function actionOf({ schedule }: RunModel, trans: TranslationBundle): string {
  if (schedule.changing) {
    return trans.__('Save');
  }
  return schedule.isOpen ? trans.__('Schedule') : trans.__('Run now');
}

function titleOf({ schedule, targets }: RunModel, trans: TranslationBundle): string {
  const { changing, copied } = schedule;
  if (changing) {
    return trans.__('Edit “%1”', changing.name);
  }
  if (copied) {
    return trans.__('Duplicate “%1”', copied.name);
  }
  return targets.length === 1
    ? trans.__('Run “%1”', targets[0]!.name)
    : trans.__('Run %1 notebooks', targets.length);
}
