/**
 * What stands above the list of snapshots: the search, a choice, and a button for a new one.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { addIcon, historyIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { CommandIDs } from '../commandids';
import { IconButton } from '../lists/iconbutton';
import { Search } from '../lists/search';
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
  return (
    <div aria-label={trans.__('Which snapshots')} className="jp-NbTasks-filter" role="search">
      <Search
        label={trans.__('Search snapshots')}
        onSearch={words => void snapshots.setFilter({ q: words })}
        placeholder={trans.__('Search…')}
        words={q}
      />
      <IconButton
        hint={trans.__('Also show the snapshots that were kept automatically')}
        icon={historyIcon}
        isOn={automatic}
        label={trans.__('Automatic snapshots')}
        onClick={() => void snapshots.setFilter({ automatic: !automatic })}
      />
      <IconButton
        icon={addIcon}
        label={trans.__('Take a snapshot')}
        onClick={() => void commands.execute(CommandIDs.createSnapshot)}
      />
    </div>
  );
}
