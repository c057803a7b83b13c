/**
 * A snapshot in words, for people.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISnapshot, SnapshotKind } from '../api/snapshots';
import { moment, size } from '../display/format';

/**
 * Why there is a snapshot; empty for one that somebody asked for.
 */
export function kindWords(kind: SnapshotKind, trans: TranslationBundle): string {
  const words: Record<SnapshotKind, string> = {
    manual: '',
    restore: trans.__('kept before a restore'),
    update: trans.__('kept before the notebook was updated'),
    schedule: trans.__('run by a schedule'),
    tool: trans.__('used by a tool')
  };
  return words[kind];
}

/**
 * The hint of a row: what it has no room for, a line each.
 */
export function hintOf(snapshot: ISnapshot, trans: TranslationBundle): string {
  const { created_at, description, kind, kernel_name, name, owner } = snapshot;
  const lines = [
    name,
    description,
    kindWords(kind, trans),
    moment(created_at),
    [size(snapshot.size), kernel_name, owner].filter(Boolean).join(' · '),
    snapshot.private && trans.__('private')
  ];
  return lines.filter(Boolean).join('\n');
}

/**
 * A name for a snapshot of the notebook *stem* that is made at *now*, in the person's own time.
 */
export function nameFor(stem: string, now: Date): string {
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `${stem} ${day} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
}
