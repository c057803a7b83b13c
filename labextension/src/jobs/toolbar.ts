/**
 * What is in the toolbar of a job's page.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandIDs } from '../commandids';
import type { IToolbarItem } from '../lab/toolbars';

/**
 * The items by their names in the settings.
 */
export function toolbarItems(trans: TranslationBundle): Record<string, IToolbarItem> {
  const args = { show: true };
  return {
    output: { id: CommandIDs.job.output, label: trans.__('Open output'), args: { isOnPage: true } },
    save: { id: CommandIDs.job.save, label: trans.__('Save a copy…') },
    report: { id: CommandIDs.job.report, label: trans.__('Report') },
    compare: { id: CommandIDs.job.compare, label: trans.__('Compare') },
    rerun: { id: CommandIDs.job.rerun, label: trans.__('Run again'), args },
    'rerun-with': { id: CommandIDs.job.rerunWith, label: trans.__('Run again with…'), args },
    debug: { id: CommandIDs.job.debug, label: trans.__('Debug') },
    cancel: { id: CommandIDs.job.cancel, label: trans.__('Cancel') }
  };
}
