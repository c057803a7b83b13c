/**
 * Runs notebooks: saves them, reads their parameters, asks in a dialog, and sends the requests.
 */
import { showErrorMessage } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import type { KernelSpec, ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IJob } from '../api/jobs';
import { JobsApi } from '../api/jobs';
import type { IParameters } from '../api/parameters';
import { ParametersApi } from '../api/parameters';
import type { ISchedule, IScheduleRequest } from '../api/schedules';
import { SchedulesApi } from '../api/schedules';
import { SnapshotsApi } from '../api/snapshots';
import { contextOf } from '../lab/documents';
import { PARAMETERS } from '../parameters/tags';
import { changesOf, hiddenFields } from '../schedules/timing';
import type { IInitialValues, INotebookRunner } from '../tokens';
import { RunDialog } from './dialog';
import { Drafts } from './drafts';
import { RunModel } from './model';
import type { IKeyedRequest, IServer, ITarget } from './requests';
import { IdempotencyKeys } from './requests';

type SubmitSchedule = IServer['schedule'];
type Notebooks = RunModel.IOptions['notebooks'];

/** What the dialog shows at first, and the call that makes or changes a schedule. */
interface IDialogContent {
  initialValues?: IInitialValues;
  schedule?: ISchedule;
  isCopy?: boolean;
  isDraft?: boolean;
  isScheduled?: boolean;
  submitSchedule: SubmitSchedule;
}

/**
 * Runs the notebooks that are on screen, never an older version of them.
 */
export class NotebookRunner implements INotebookRunner {
  constructor(options: NotebookRunner.IOptions) {
    const { serverSettings } = options;
    this._jobs = new JobsApi(serverSettings);
    this._parameters = new ParametersApi(serverSettings);
    this._schedules = new SchedulesApi(serverSettings);
    this._snapshots = new SnapshotsApi(serverSettings);
    this._documents = options.documents;
    this._kernelspecs = options.kernelspecs;
    this._trans = options.trans;
  }

  get submitted(): ISignal<this, IJob> {
    return this._submitted;
  }

  get scheduled(): ISignal<this, ReadonlyArray<ISchedule>> {
    return this._scheduled;
  }

  async run(paths: ReadonlyArray<string>, initialValues: IInitialValues = {}): Promise<IJob[]> {
    const targets = await this._ask(paths, initialValues, false);
    return targets.flatMap(({ job }) => job ?? []);
  }

  async schedule(paths: ReadonlyArray<string>): Promise<ISchedule[]> {
    const targets = await this._ask(paths, {}, true);
    return targets.flatMap(({ schedule }) => schedule ?? []);
  }

  private _ask(
    paths: ReadonlyArray<string>,
    initialValues: IInitialValues,
    isScheduled: boolean
  ): Promise<ReadonlyArray<ITarget>> {
    const draft = Object.keys(initialValues).length === 0 ? this._drafts.get(paths) : undefined;
    return this._openDialog(paths, {
      initialValues: draft ?? initialValues,
      isDraft: draft !== undefined,
      isScheduled,
      submitSchedule: this._scheduleCreator()
    });
  }

  async runSnapshot({ id, name }: { id: string; name: string }): Promise<IJob[]> {
    const content = {
      initialValues: { snapshot_id: id },
      submitSchedule: this._scheduleCreator()
    };
    const model = await this._createModel(
      async () => [[name, await this._parametersOfSnapshot(id)]],
      content
    );
    return model ? (await this._launch(model)).flatMap(({ job }) => job ?? []) : [];
  }

  async editSchedule(path: string, schedule: ISchedule): Promise<void> {
    const submitSchedule: SubmitSchedule = body =>
      this._schedules.change(schedule.id, changesOf(schedule, body));
    await this._openDialog([path], { schedule, submitSchedule });
  }

  async duplicateSchedule(path: string, schedule: ISchedule): Promise<void> {
    const submitSchedule = this._scheduleCreator(hiddenFields(schedule));
    await this._openDialog([path], { schedule, isCopy: true, submitSchedule });
  }

  /**
   * Returns the call that makes a schedule, with *more* fields that the form does not show; it
   * makes only one if it is sent again.
   */
  private _scheduleCreator(more: Partial<IScheduleRequest> = {}): SubmitSchedule {
    const keys = new IdempotencyKeys();
    return body => {
      const request = { ...more, ...body };
      return this._schedules.create({ ...request, idempotency_key: keys.of(request) });
    };
  }

  /**
   * Save and read the notebooks, and open the dialog; returns the targets with their jobs and
   * schedules.
   */
  private async _openDialog(
    paths: ReadonlyArray<string>,
    content: IDialogContent
  ): Promise<ReadonlyArray<ITarget>> {
    if (paths.length === 0 || !(await this._save(paths))) {
      return [];
    }
    const { contents } = this._documents.services;
    const localPaths = paths.map(path => contents.localPath(path));
    const model = await this._createModel(
      () =>
        Promise.all(
          localPaths.map(async path => [path, await this._parametersOfFile(path)] as const)
        ),
      content
    );
    const targets = model ? await this._launch(model) : [];
    if (model && !content.schedule) {
      this._drafts.keep(paths, model);
    }
    if (model?.isCellRequested) {
      await this._makeCell(paths[0]!);
    }
    return targets;
  }

  private async _launch(model: RunModel): Promise<ReadonlyArray<ITarget>> {
    await new RunDialog(model, this._trans).launch();
    model.dispose();
    const scheduled = model.targets.flatMap(({ schedule }) => schedule ?? []);
    if (scheduled.length > 0) {
      this._scheduled.emit(scheduled);
    }
    return model.targets;
  }

  /** Make the files the same as what is on screen; returns whether they are. */
  private async _save(paths: ReadonlyArray<string>): Promise<boolean> {
    try {
      for (const context of paths.flatMap(path => contextOf(this._documents, path) ?? [])) {
        await context.ready;
        const { collaborative, dirty } = context.model;
        // What was changed on disk is in conflict: JupyterLab asks which one is to stay.
        if (dirty || collaborative || (await this._isOutdated(context))) {
          await context.save();
        }
      }
      return true;
    } catch {
      // The person has declined, or the document has shown in a dialog what went wrong.
      return false;
    }
  }

  private async _createModel(
    read: () => Promise<Notebooks>,
    { submitSchedule: schedule, ...content }: IDialogContent
  ): Promise<RunModel | null> {
    try {
      await this._kernelspecs.ready;
      return new RunModel({
        notebooks: await read(),
        ...content,
        specs: this._kernelspecs.specs,
        server: {
          submit: body => this._submit(body),
          schedule,
          inspect: path => this._parametersOfFile(path),
          preview: question => this._schedules.preview(question)
        },
        trans: this._trans
      });
    } catch (error) {
      await showErrorMessage(this._trans.__('Cannot run this'), error as Error);
      return null;
    }
  }

  /** Read the parameters of a snapshot. */
  private async _parametersOfSnapshot(id: string): Promise<IParameters> {
    const content = await this._snapshots.content(id);
    return this._parameters.ofNotebook(content);
  }

  /** Read the parameters of the file; throws where another version is on the screen. */
  private async _parametersOfFile(path: string): Promise<IParameters> {
    const read = await this._parameters.ofFile(path);
    const context = contextOf(this._documents, path);
    if (context && !context.model.collaborative && (await this._isOutdated(context))) {
      throw new Error(
        this._trans.__(
          '%1 was changed on disk and is not what is on the screen. Close this, and run it again to choose which one.',
          path
        )
      );
    }
    return read;
  }

  /** Whether the file was changed since *context* read or wrote it. */
  private async _isOutdated({ contentsModel, path }: DocumentRegistry.Context): Promise<boolean> {
    const { contents } = this._documents.services;
    const file = await contents.get(path, { content: false, hash: true }).catch(() => null);
    if (!file || !contentsModel) {
      // There is no other version, or the next request for it shows what is wrong.
      return false;
    }
    return file.hash && contentsModel.hash
      ? file.hash !== contentsModel.hash
      : file.last_modified !== contentsModel.last_modified;
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

  private async _submit(body: IKeyedRequest): Promise<IJob> {
    const job = await this._jobs.submit(body);
    this._submitted.emit(job);
    return job;
  }

  private _documents: IDocumentManager;
  private _drafts = new Drafts();
  private _jobs: JobsApi;
  private _kernelspecs: KernelSpec.IManager;
  private _parameters: ParametersApi;
  private _scheduled = new Signal<this, ReadonlyArray<ISchedule>>(this);
  private _schedules: SchedulesApi;
  private _snapshots: SnapshotsApi;
  private _submitted = new Signal<this, IJob>(this);
  private _trans: TranslationBundle;
}

/**
 * The namespace for NotebookRunner statics.
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
