/**
 * Opens comparisons in the main area.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { caretDownIcon, caretUpIcon, undoIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { CommandIDs } from '../commandids';
import { compareIcon } from '../display/icons';
import { Pages } from '../lab/pages';
import type { IToolbarItem } from '../lab/toolbars';
import { registerToolbar } from '../lab/toolbars';
import { LiveComparison } from './live';
import { ComparisonLoader } from './loader';
import { ComparisonPage } from './page';
import { keyOf, subjectOf } from './subject';

const ID = 'jupyter-nbtasks:comparison-page';

/**
 * A page for what is different about two notebooks.
 */
export const comparisonPage: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Compares notebooks in the main area.',
  autoStart: true,
  requires: [IDocumentManager, IRenderMimeRegistry, IToolbarWidgetRegistry, ISettingRegistry],
  optional: [IEditorLanguageRegistry, ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    documents: IDocumentManager,
    rendermime: IRenderMimeRegistry,
    registry: IToolbarWidgetRegistry,
    settings: ISettingRegistry,
    languages: IEditorLanguageRegistry | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator_: ITranslator | null
  ): void => {
    const translator = translator_ ?? nullTranslator;
    const trans = translator.load('jupyter_nbtasks');
    const { commands, shell } = app;
    const sources = new ComparisonLoader({
      documents,
      settings: app.serviceManager.serverSettings,
      trans
    });
    const factory = 'Notebook Comparison';
    const options = { commands, factory, plugin: ID, registry, settings, translator };
    const pages = new Pages<ComparisonPage>({
      fillToolbar: registerToolbar(options, toolbarItems(trans)),
      icon: compareIcon,
      kind: 'comparison',
      label: () => trans.__('Comparison'),
      createContent: id => {
        const subject = subjectOf(id);
        const live = new LiveComparison(id, hasOutputs => sources.load(subject, hasOutputs));
        live.stateChanged.connect(() =>
          Object.values(CommandIDs.comparison).forEach(command =>
            commands.notifyCommandChanged(command)
          )
        );
        return new ComparisonPage(live, { languages, rendermime: rendermime.clone(), trans });
      },
      shell
    });
    addOpenCommand(app, pages, trans);
    addStepCommands(app, pages, trans);
    addPageCommands(app, pages, trans);
    for (const command of Object.values(CommandIDs.comparison)) {
      palette?.addItem({ command, category: trans.__('Notebook Tasks') });
    }
    if (restorer) {
      pages.restore(restorer, CommandIDs.openComparison);
    }
  }
};

const DESCRIBED = {
  args: {
    type: 'object' as const,
    properties: {
      id: { type: 'string' as const, description: 'The comparison, or the one of both' },
      kind: { type: 'string' as const, enum: ['snapshot', 'job'] },
      other: { type: 'string' as const, description: 'What it is compared with' }
    }
  }
};

type ComparisonPages = Pages<ComparisonPage>;

function addOpenCommand(
  { commands }: JupyterFrontEnd,
  pages: ComparisonPages,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.openComparison, {
    label: trans.__('Open Comparison'),
    caption: trans.__('Show in the main area how two notebooks differ'),
    icon: compareIcon,
    execute: ({ id, kind, other }) => {
      const subject = { kind: kind === 'job' ? 'job' : 'snapshot', id, other } as never;
      // A page that is restored has only the key of its subject.
      return pages.open(other === undefined ? `${id as string}` : keyOf(subject));
    },
    describedBy: DESCRIBED
  });
}

function addStepCommands(
  { commands }: JupyterFrontEnd,
  pages: ComparisonPages,
  trans: TranslationBundle
): void {
  const add = (command: string, by: 1 | -1, label: string, icon: LabIcon): void => {
    commands.addCommand(command, {
      label,
      icon,
      isEnabled: args => !!pageOf(pages, args)?.live.compared,
      execute: args => pageOf(pages, args)?.step(by),
      describedBy: DESCRIBED
    });
  };
  const { next, previous } = CommandIDs.comparison;
  add(previous, -1, trans.__('Previous Difference'), caretUpIcon);
  add(next, 1, trans.__('Next Difference'), caretDownIcon);
}

function addPageCommands(
  { commands }: JupyterFrontEnd,
  pages: ComparisonPages,
  trans: TranslationBundle
): void {
  const live = (args: ReadonlyPartialJSONObject): LiveComparison | undefined =>
    pageOf(pages, args)?.live;
  commands.addCommand(CommandIDs.comparison.outputs, {
    label: trans.__('Compare Outputs'),
    caption: trans.__('Compare the outputs of the cells, too'),
    isEnabled: args => live(args) !== undefined,
    isToggleable: true,
    isToggled: args => live(args)?.hasOutputs ?? false,
    execute: args => live(args)?.showOutputs(!live(args)?.hasOutputs),
    describedBy: DESCRIBED
  });
  commands.addCommand(CommandIDs.comparison.restore, {
    label: trans.__('Restore the Compared Snapshot…'),
    caption: trans.__('Make the notebook what it was'),
    icon: undoIcon,
    isEnabled: args => live(args) !== undefined && isOfSnapshot(live(args)!),
    isVisible: args => live(args) === undefined || isOfSnapshot(live(args)!),
    execute: args => {
      const { id } = subjectOf(live(args)?.id ?? '');
      const { remote } = live(args)?.sides ?? {};
      // What the person has seen of the file is what may be replaced.
      const seen =
        remote?.id === null && remote.hash !== null ? { expected_hash: remote.hash } : {};
      return commands.execute(CommandIDs.snapshot.restore, { id, ...seen });
    },
    describedBy: DESCRIBED
  });
}

function isOfSnapshot({ id }: LiveComparison): boolean {
  return subjectOf(id).kind === 'snapshot';
}

function pageOf(
  pages: ComparisonPages,
  { id }: ReadonlyPartialJSONObject
): ComparisonPage | undefined {
  return typeof id === 'string' ? pages.find(id)?.content : pages.current?.content;
}

function toolbarItems(trans: TranslationBundle): Record<string, IToolbarItem> {
  const { next, outputs, previous, restore } = CommandIDs.comparison;
  return {
    restore: { id: restore, label: trans.__('Restore…') },
    previous: { id: previous, label: '' },
    next: { id: next, label: '' },
    outputs: { id: outputs, label: trans.__('Outputs') }
  };
}
