/**
 * What stands above the list of snapshots: the search, a choice, and a button for a new one.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { addIcon, historyIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { CommandIDs } from '../commandids';
import { Search } from '../lists/search';
import { Toggle } from '../lists/toggle';
import type { ISnapshots } from '../tokens';

/**
 * What it needs.
 */
export interface ISnapshotFilterProps {
  commands: CommandRegistry;
  snapshots: ISnapshots;
  trans: TranslationBundle;
}

/**
 * Filters the list: by words, and by whether somebody asked for the snapshots.
 */
export function SnapshotFilter({ commands, snapshots, trans }: ISnapshotFilterProps): JSX.Element {
  const { automatic, q } = snapshots.filter;
  const label = trans.__('Take a snapshot');
  return (
    <div aria-label={trans.__('Which snapshots')} className="jp-NbTasks-filter" role="search">
      <Search
        label={trans.__('Search snapshots')}
        onSearch={words => void snapshots.setFilter({ q: words })}
        placeholder={trans.__('Search…')}
        words={q}
      />
      <Toggle
        hint={trans.__('Also show the snapshots that were kept automatically')}
        icon={historyIcon}
        isOn={automatic}
        label={trans.__('Automatic snapshots')}
        onToggle={() => void snapshots.setFilter({ automatic: !automatic })}
      />
      <button
        aria-label={label}
        className="jp-NbTasks-toggle"
        onClick={() => void commands.execute(CommandIDs.createSnapshot)}
        title={label}
        type="button"
      >
        <addIcon.react tag="span" width="14px" height="14px" />
      </button>
    </div>
  );
}
