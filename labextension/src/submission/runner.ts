/**
 * From the notebooks that a person names to submitted jobs: save, read, ask, send.
 */
import { showErrorMessage } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import type { KernelSpec, ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { PARAMETERS } from '../parameters/tags';
import { request } from '../request';
import type { IJob, IParameters } from '../tokens';
import { RunDialog } from './dialog';
import { RunModel } from './model';
import type { IRequest } from './requests';
import type { IFilled, INotebookRunner } from './tokens';

/**
 * Runs what is on the screen, never an older version of it.
 */
export class NotebookRunner implements INotebookRunner {
  constructor(options: NotebookRunner.IOptions) {
    this._documents = options.documents;
    this._kernelspecs = options.kernelspecs;
    this._settings = options.serverSettings;
    this._trans = options.trans;
  }

  get submitted(): ISignal<this, IJob> {
    return this._submitted;
  }

  async run(paths: ReadonlyArray<string>, filled: IFilled = {}): Promise<IJob[]> {
    if (paths.length === 0 || !(await this._save(paths))) {
      return [];
    }
    const model = await this._prepare(paths, filled);
    if (model === null) {
      return [];
    }
    await new RunDialog(model, this._trans).launch();
    if (model.isCellWanted) {
      await this._makeCell(paths[0]!);
    }
    return model.targets.flatMap(({ job }) => job ?? []);
  }

  /** Save what is open; returns whether all of it was. */
  private async _save(paths: ReadonlyArray<string>): Promise<boolean> {
    try {
      for (const context of paths.flatMap(path => this._contextOf(path) ?? [])) {
        await context.ready;
        if (context.model.dirty || context.model.collaborative) {
          await context.save();
        }
      }
      return true;
    } catch {
      // The person has declined, or the document has said in a dialog what went wrong.
      return false;
    }
  }

  private async _prepare(
    paths: ReadonlyArray<string>,
    filled: IFilled
  ): Promise<RunModel | null> {
    const { contents } = this._documents.services;
    const inspect = (path: string): Promise<IParameters> =>
      request(this._settings, 'GET', 'parameters', { query: { path } });
    try {
      await this._kernelspecs.ready;
      const notebooks = await Promise.all(
        paths.map(async path => {
          const local = contents.localPath(path);
          return [local, await inspect(local)] as [string, IParameters];
        })
      );
      return new RunModel({
        notebooks,
        filled,
        specs: this._kernelspecs.specs,
        submit: body => this._submit(body),
        inspect,
        trans: this._trans
      });
    } catch (error) {
      await showErrorMessage(this._trans.__('Cannot run this'), error as Error);
      return null;
    }
  }

  private async _makeCell(path: string): Promise<void> {
    const panel = this._documents.openOrReveal(path);
    if (!(panel instanceof NotebookPanel)) {
      return;
    }
    await panel.context.ready;
    const { content } = panel;
    content.model?.sharedModel.insertCell(0, {
      cell_type: 'code',
      metadata: { tags: [PARAMETERS], trusted: true }
    });
    content.deselectAll();
    content.activeCellIndex = 0;
    await content.scrollToItem(0);
    await NotebookActions.focusActiveCell(content, { waitUntilReady: true });
    content.mode = 'edit';
  }

  private _contextOf(path: string): DocumentRegistry.Context | undefined {
    const widget = this._documents.findWidget(path, null);
    return widget && this._documents.contextForWidget(widget);
  }

  private async _submit(body: IRequest): Promise<IJob> {
    const job = await request<IJob>(this._settings, 'POST', 'jobs', { body });
    this._submitted.emit(job);
    return job;
  }

  private _documents: IDocumentManager;
  private _kernelspecs: KernelSpec.IManager;
  private _settings: ServerConnection.ISettings;
  private _submitted = new Signal<this, IJob>(this);
  private _trans: TranslationBundle;
}

/**
 * What a NotebookRunner is made of.
 */
export namespace NotebookRunner {
  /**
   * The open documents, the kernels to choose from, and the server.
   */
  export interface IOptions {
    documents: IDocumentManager;
    kernelspecs: KernelSpec.IManager;
    serverSettings: ServerConnection.ISettings;
    trans: TranslationBundle;
  }
}
