/**
 * A dialog with a form, which stays open until what was filled in is accepted.
 */
import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';

const DONE = 1;

/**
 * The model of a form.
 */
export interface IFormModel extends VDomRenderer.IModel {
  /** Whether the form is being sent. */
  readonly isBusy: boolean;
  /** Check and send; returns whether it was accepted. */
  submit(): Promise<boolean>;
}

/**
 * What a dialog shows; *action* is the present label of its button.
 */
export interface IFormDialogOptions {
  title: string;
  body: Widget;
  action: () => string;
  trans: TranslationBundle;
}

/**
 * Asks for what *model* holds, and submits it.
 */
export class FormDialog<M extends IFormModel> extends Dialog<void> {
  constructor(
    protected model: M,
    private _options: IFormDialogOptions
  ) {
    super({
      title: _options.title,
      body: _options.body,
      buttons: [
        Dialog.cancelButton({ label: _options.trans.__('Cancel') }),
        Dialog.okButton({ label: _options.action() })
      ],
      defaultButton: DONE,
      focusNodeSelector: 'input, select, textarea'
    });
    this.addClass('jp-NbTasks-dialog');
    model.stateChanged.connect(this._onStateChanged, this);
    this.node.tabIndex = -1;
    this.node.addEventListener('focusin', selectFirst);
  }

  override dispose(): void {
    this.model.stateChanged.disconnect(this._onStateChanged, this);
    super.dispose();
  }

  override resolve(index = DONE): void {
    if (index !== DONE) {
      super.resolve(index);
    } else if (!this.model.isBusy) {
      void this._submit();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    // The form is drawn later, and until then the notebook below would get what is typed.
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
  }

  protected override _evtKeydown(event: KeyboardEvent): void {
    // Nobody has seen the form yet.
    if (document.activeElement === this.node && event.key === 'Enter') {
      event.stopPropagation();
      event.preventDefault();
      return;
    }
    super._evtKeydown(event);
  }

  protected override _checkValidation(): void {
    // Errors are shown at their fields; a disabled button would not explain anything.
  }

  private async _submit(): Promise<void> {
    if (await this.model.submit()) {
      super.resolve(DONE);
      return;
    }
    requestAnimationFrame(() => {
      const field = this.node.querySelector('[data-invalid]');
      const input = field?.querySelector<HTMLElement>('input, select, textarea');
      // The button lost it when it was disabled.
      (input ?? this.node.querySelector<HTMLElement>('.jp-Dialog-footer .jp-mod-accept'))?.focus();
      field?.scrollIntoView({ block: 'nearest' });
    });
  }

  private _onStateChanged(): void {
    const button = this.node.querySelector<HTMLButtonElement>('.jp-Dialog-footer .jp-mod-accept')!;
    const label = button.querySelector('.jp-Dialog-buttonLabel')!;
    button.disabled = this.model.isBusy;
    label.textContent = this._options.action();
    label.setAttribute('aria-label', label.textContent);
  }
}

/** Whatever is in the first field is selected, so that typing replaces it. */
function selectFirst({ currentTarget, target }: FocusEvent): void {
  if (target === currentTarget) {
    return;
  }
  currentTarget?.removeEventListener('focusin', selectFirst as EventListener);
  if (target instanceof HTMLInputElement) {
    target.select();
  }
}
