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
    model.cellWanted.connect(this._onCellWanted, this);
  }

  override dispose(): void {
    this.model.cellWanted.disconnect(this._onCellWanted, this);
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

  private _onCellWanted(): void {
    this.reject();
  }
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
