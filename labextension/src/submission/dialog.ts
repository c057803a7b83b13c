/**
 * The dialog that asks how to run; it stays open until everything was submitted.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { FormDialog } from '../forms/dialog';
import { RunForm } from './form';
import type { RunModel } from './model';

/**
 * Asks for what *model* holds, and submits it.
 */
export class RunDialog extends FormDialog<RunModel> {
  constructor(model: RunModel, trans: TranslationBundle) {
    super(model, {
      title: titleOf(model, trans),
      body: new RunForm(model, trans),
      action: () => actionOf(model, trans),
      trans
    });
    model.cellRequested.connect(this._onCellRequested, this);
  }

  override dispose(): void {
    this.model.cellRequested.disconnect(this._onCellRequested, this);
    super.dispose();
  }

  protected override _evtKeydown(event: KeyboardEvent): void {
    const { activeElement } = document;
    const isOurs = activeElement?.closest('.jp-NbTasks-form') instanceof HTMLElement;
    // Enter presses a button of the form, and picks a suggestion. A run may be started by it from
    // a field; what recurs is not: that takes its button, or Ctrl Enter.
    const isForField =
      activeElement instanceof HTMLButtonElement ||
      (this.model.schedule.isOpen && !event.ctrlKey && !event.metaKey);
    if (event.key !== 'Enter' || !isOurs || !isForField) {
      super._evtKeydown(event);
    }
  }

  private _onCellRequested(): void {
    this.reject();
  }
}

function actionOf({ schedule }: RunModel, trans: TranslationBundle): string {
  if (schedule.edited) {
    return trans.__('Save');
  }
  return schedule.isOpen ? trans.__('Schedule') : trans.__('Run now');
}

function titleOf({ schedule, targets }: RunModel, trans: TranslationBundle): string {
  const { edited, copied } = schedule;
  if (edited) {
    return trans.__('Edit “%1”', edited.name);
  }
  if (copied) {
    return trans.__('Duplicate “%1”', copied.name);
  }
  return targets.length === 1
    ? trans.__('Run “%1”', targets[0]!.name)
    : trans.__('Run %1 notebooks', targets.length);
}
