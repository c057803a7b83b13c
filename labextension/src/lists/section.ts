/**
 * What the lists of the sidebar share as its sections.
 */
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';

/**
 * A list that is drawn again whenever its model changes, and when it is shown or hidden.
 */
export abstract class ListSection<M extends VDomRenderer.IModel> extends VDomRenderer<M> {
  /** The notebook on screen, to which the list can be narrowed. */
  get notebook(): string | null {
    return this._notebook;
  }
  set notebook(path: string | null) {
    this._notebook = path;
    this.update();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.update();
  }

  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this.update();
  }

  private _notebook: string | null = null;
}
