/**
 * The imports that a parameters cell lacks, and where they go.
 */
import type { IMissingImport } from '../api/parameters';

// They must stay first in a cell.
const FIRST = /^(%%|from __future__ )/;

/**
 * Those of *imports* whose names are nowhere in *before*, the code of the cells before.
 */
export function stillMissing(
  imports: ReadonlyArray<IMissingImport>,
  before: string
): IMissingImport[] {
  const words = new Set(before.match(/[\p{L}\p{N}_]+/gu));
  return imports.filter(({ name }) => !words.has(name));
}

/**
 * The *source* of a cell with *imports* at its top.
 */
export function withImports(source: string, imports: ReadonlyArray<IMissingImport>): string {
  const lines = source.split('\n');
  const place = lines.map(line => FIRST.test(line)).lastIndexOf(true) + 1;
  const rest = lines.slice(place);
  const isApart = /^(\s*$|import |from )/.test(rest[0] ?? '');
  const statements = imports.map(({ statement }) => statement);
  return [...lines.slice(0, place), ...statements, ...(isApart ? [] : ['']), ...rest].join('\n');
}
