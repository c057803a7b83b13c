/**
 * The section of the sidebar that lists the snapshots of the notebook on screen.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { KeyboardEvent } from 'react';
import { useEffect, useRef } from 'react';
import { CommandIDs } from '../commandids';
import { useNow } from '../display/clock';
import { useLatest } from '../display/latest';
import { handleRowKey } from '../lists/keys';
import { Loading, Problem } from '../lists/problem';
import { FittedSection } from '../lists/section';
import { WindowedRows } from '../lists/windowed';
import type { ISnapshots } from '../tokens';
import { SnapshotFilter } from './filter';
import { SnapshotRow } from './row';

const ROW_HEIGHT = 28;

/**
 * The snapshots, drawn again whenever the model changes, in a section that is never higher than it
 * needs.
 */
export class SnapshotList extends FittedSection<ISnapshots> {
  constructor(
    snapshots: ISnapshots,
    private _commands: CommandRegistry,
    private _trans: TranslationBundle
  ) {
    super(snapshots);
    this.title.label = _trans.__('Snapshots');
    this.addClass('jp-NbTasks-snapshots');
  }

  /** The notebook on screen, whose snapshots they are. */
  override get notebook(): string | null {
    return super.notebook;
  }
  override set notebook(path: string | null) {
    super.notebook = path;
    this.title.label =
      path === null
        ? this._trans.__('Snapshots')
        : this._trans.__('Snapshots of %1', PathExt.basename(path));
    if (path !== this.model.filter.path) {
      void this.model.setFilter({ path, q: '' });
    }
  }

  protected override readonly rowHeight = ROW_HEIGHT;

  protected override renderContent(): JSX.Element {
    const { _commands: commands, _trans: trans, model: snapshots } = this;
    const { filter, items } = snapshots;
    const isNarrowed = filter.q !== '' || !filter.automatic;
    return (
      <>
        <div className="jp-NbTasks-top">
          {filter.path !== null && (items.length > 0 || isNarrowed) && (
            <SnapshotFilter commands={commands} snapshots={snapshots} trans={trans} />
          )}
          <Note commands={commands} snapshots={snapshots} trans={trans} />
        </div>
        {items.length > 0 && (
          <Rows
            commands={commands}
            isVisible={this.isVisible}
            onEscape={() => this.node.querySelector<HTMLElement>('input')?.focus()}
            onRemoved={() => this.node.querySelector<HTMLElement>('li[tabindex="0"]')?.focus()}
            snapshots={snapshots}
            trans={trans}
          />
        )}
      </>
    );
  }
}

interface IRowsProps {
  commands: CommandRegistry;
  isVisible: boolean;
  onEscape: () => void;
  /** The row that had the focus is gone. */
  onRemoved: () => void;
  snapshots: ISnapshots;
  trans: TranslationBundle;
}

function Rows(props: IRowsProps): JSX.Element {
  const { commands, isVisible, onRemoved, snapshots, trans } = props;
  const { hasMore, items } = snapshots;
  // Drawn again, so that the times are true.
  useNow(isVisible ? 30_000 : null);
  const current = Math.max(
    0,
    items.findIndex(({ id }) => id === snapshots.current)
  );
  const move = (index: number): void => snapshots.select(items[index]?.id ?? null);
  const isRemoving = useRef(false);
  const removed = useLatest(onRemoved);
  useEffect(() => {
    if (isRemoving.current) {
      isRemoving.current = false;
      removed.current();
    }
  }, [items.length, removed]);
  return (
    <WindowedRows
      count={items.length}
      current={current}
      label={trans.__('Snapshots')}
      onKey={event => onKey(event, props, () => (isRemoving.current = true))}
      onMove={move}
      onNearEnd={() => void snapshots.loadMore()}
      row={(index, style) => {
        const snapshot = items[index];
        return (
          snapshot && (
            <SnapshotRow
              commands={commands}
              count={hasMore ? -1 : items.length}
              index={index}
              isCurrent={index === current}
              key={snapshot.id}
              onFocus={() => move(index)}
              snapshot={snapshot}
              style={style}
              trans={trans}
            />
          )
        );
      }}
      rowHeight={ROW_HEIGHT}
    />
  );
}

function onKey(
  event: KeyboardEvent,
  { commands, onEscape }: IRowsProps,
  onRemove: () => void
): void {
  // The row that has the focus, which the list may not know to be the current one yet.
  const row = (event.target as HTMLElement).closest<HTMLElement>('[data-snapshot]');
  const id = row?.dataset['snapshot'];
  const execute = (command: string): void => void commands.execute(command, { id });
  const remove = (): void => {
    onRemove();
    execute(CommandIDs.snapshot.remove);
  };
  handleRowKey(event, {
    escape: onEscape,
    open: id ? () => execute(CommandIDs.snapshot.compare) : null,
    remove: id ? remove : null
  });
}

interface INoteProps {
  commands: CommandRegistry;
  snapshots: ISnapshots;
  trans: TranslationBundle;
}

/** The problem, or why there are no rows. */
function Note({ commands, snapshots, trans }: INoteProps): JSX.Element | null {
  const { filter, isReady, items, problem } = snapshots;
  if (problem) {
    const retry = (): void => void snapshots.refresh();
    return <Problem onRetry={retry} problem={problem} trans={trans} />;
  }
  if (items.length) {
    return null;
  }
  if (filter.path === null) {
    return <p className="jp-NbTasks-hint">{trans.__('Open a notebook to see its snapshots.')}</p>;
  }
  if (!isReady) {
    return <Loading trans={trans} />;
  }
  if (filter.q || !filter.automatic) {
    return (
      <div className="jp-NbTasks-hint" role="status">
        <p>{trans.__('No snapshots match the filter.')}</p>
        <button
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => void snapshots.setFilter({ q: '', automatic: true })}
          type="button"
        >
          {trans.__('Show all snapshots')}
        </button>
      </div>
    );
  }
  return (
    <div className="jp-NbTasks-hint">
      <strong>{trans.__('No snapshots yet')}</strong>
      <p>
        {trans.__('A snapshot keeps the notebook as it is now: compare with it later, or go back.')}
      </p>
      <button
        className="jp-mod-styled jp-mod-minimal"
        onClick={() => void commands.execute(CommandIDs.createSnapshot)}
        type="button"
      >
        {trans.__('Take a snapshot')}
      </button>
    </div>
  );
}
