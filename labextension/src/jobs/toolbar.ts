/**
 * What is in the toolbar of a job's page.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IToolbarItem } from '../toolbars';
import { CommandIDs } from './commandids';

/**
 * The items by their names in the settings.
 */
export function toolbarItems(trans: TranslationBundle): Record<string, IToolbarItem> {
  const args = { show: true };
  return {
    output: { id: CommandIDs.output, label: trans.__('Open output'), args: { isOnPage: true } },
    save: { id: CommandIDs.save, label: trans.__('Save a copy…') },
    report: { id: CommandIDs.report, label: trans.__('Report') },
    compare: { id: CommandIDs.compare, label: trans.__('Compare') },
    rerun: { id: CommandIDs.rerun, label: trans.__('Run again'), args },
    'rerun-with': { id: CommandIDs.rerunWith, label: trans.__('Run again with…'), args },
    debug: { id: CommandIDs.debug, label: trans.__('Debug') },
    cancel: { id: CommandIDs.cancel, label: trans.__('Cancel') }
  };
}
