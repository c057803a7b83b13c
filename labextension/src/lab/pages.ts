/**
 * Pages in the main area, one for each item of a kind.
 */
import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { IListModel } from '../tokens';

/**
 * The content of a page, which follows its item; its title is that of the page.
 */
export interface IPageContent extends Widget {
  readonly live: { readonly id: string };
}

/**
 * The pages that are open, and those to come.
 */
export class Pages<C extends IPageContent> {
  constructor(private _options: Pages.IOptions<C>) {
    this._tracker = new WidgetTracker({ namespace: `nbtasks-${_options.kind}` });
    this._tracker.currentChanged.connect((_, page) => {
      if (page) {
        this._currentChanged.emit(page.content.live.id);
      }
    });
  }

  /** Emits the id of the item whose page has become the current one. */
  get currentChanged(): ISignal<this, string> {
    return this._currentChanged;
  }

  /** The page that was looked at last. */
  get current(): MainAreaWidget<C> | null {
    return this._tracker.currentWidget;
  }

  find(id: string): MainAreaWidget<C> | undefined {
    return this._tracker.find(({ content }) => content.live.id === id);
  }

  /** Show the page of *id*, which may be open already. */
  open(id: string): MainAreaWidget<C> {
    const page = this.find(id) ?? this._add(id);
    this._options.shell.activateById(page.id);
    return page;
  }

  close(id: string): void {
    this.find(id)?.dispose();
  }

  /** Select the item whose page is looked at, and close the page of an item that was deleted. */
  follow<T>(items: Pick<IListModel<T, unknown>, 'get' | 'itemChanged' | 'select'>): void {
    items.itemChanged.connect((_, id) => {
      if (!items.get(id)) {
        this.close(id);
      }
    });
    this.currentChanged.connect((_, id) => items.select(id));
  }

  /** Open again what was open; *command* opens a page. */
  restore(restorer: ILayoutRestorer, command: string): void {
    void restorer.restore(this._tracker, {
      command,
      args: ({ content: { live } }) => ({ id: live.id }),
      name: ({ content: { live } }) => live.id
    });
  }

  private _add(id: string): MainAreaWidget<C> {
    const { fillToolbar, icon, kind, label, createContent, shell } = this._options;
    const content = createContent(id);
    content.title.label = label(id);
    content.title.icon = icon;
    const page = new MainAreaWidget({ content });
    page.id = `jp-nbtasks-${kind}-${id}`;
    fillToolbar(page);
    shell.add(page, 'main');
    void this._tracker.add(page);
    return page;
  }

  private _currentChanged = new Signal<this, string>(this);
  private _tracker: WidgetTracker<MainAreaWidget<C>>;
}

/**
 * The namespace for Pages statics.
 */
export namespace Pages {
  /**
   * Where the pages are shown, and how one is made.
   */
  export interface IOptions<C extends IPageContent> {
    /** Puts the items into the toolbar of a page. */
    fillToolbar: (page: MainAreaWidget<C>) => void;
    icon: LabIcon;
    kind: string;
    /** The title before the server has answered. */
    label: (id: string) => string;
    createContent: (id: string) => C;
    shell: JupyterFrontEnd.IShell;
  }
}
