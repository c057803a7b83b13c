/**
 * What the lists of the sidebar share as its sections.
 */
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';
import type { ReactNode } from 'react';
import { createElement, Fragment, useLayoutEffect } from 'react';
import { fitHeight } from './fitheight';

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

/**
 * A list that is never higher than it needs: what stands above its rows has the class
 * `jp-NbTasks-top`, each row is *rowHeight* pixels high.
 */
export abstract class FittedSection<
  M extends VDomRenderer.IModel & { readonly items: ReadonlyArray<unknown> }
> extends ListSection<M> {
  protected abstract readonly rowHeight: number;

  /** What is in the section. */
  protected abstract renderContent(): ReactNode;

  protected override onResize(msg: Widget.ResizeMessage): void {
    super.onResize(msg);
    this._fit();
  }

  protected override render(): JSX.Element {
    return createElement(LayoutObserver, { onDrawn: () => this._fit() }, this.renderContent());
  }

  /** Take no more room from the section above than is needed. */
  private _fit(): void {
    const top = this.node.querySelector<HTMLElement>('.jp-NbTasks-top');
    if (this.isVisible && top) {
      fitHeight(this, top.offsetHeight + this.model.items.length * this.rowHeight);
    }
  }
}

/** Calls *onDrawn* whenever its children have been drawn. */
function LayoutObserver(props: { children?: ReactNode; onDrawn: () => void }): JSX.Element {
  useLayoutEffect(() => props.onDrawn());
  return createElement(Fragment, null, props.children);
}
