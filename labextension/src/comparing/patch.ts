/**
 * Goes the steps of nbdime from one value to the other; pure.
 */
import type { IDiffStep } from '../api/comparisons';

type Steps = ReadonlyArray<IDiffStep>;
type Values = ReadonlyArray<unknown>;

// The steps count lines as Python does: these characters end one.
const ENDS = '\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029';
const LINES = new RegExp(`[^${ENDS}]*(?:\\r\\n|[${ENDS}])|[^${ENDS}]+$`, 'gu');

/**
 * The value to which *steps* lead from *value*, which stays as it is.
 */
export function patched(value: unknown, steps: Steps): unknown {
  if (Array.isArray(value)) {
    return patchedList(value, steps, patched);
  }
  if (typeof value === 'string') {
    return patchedList(value.match(LINES) ?? [], steps, patchedLine).join('');
  }
  return patchedMapping(value as Record<string, unknown>, steps);
}

/** Within a line the steps count characters as Python does. */
function patchedLine(line: unknown, steps: Steps): unknown {
  return patchedList([...(line as string)], steps, patched).join('');
}

function patchedList(values: Values, steps: Steps, inner: typeof patched): unknown[] {
  const result: unknown[] = [];
  let taken = 0;
  for (const step of steps) {
    const at = Number(step.key);
    result.push(...values.slice(taken, at));
    taken = Math.max(taken, at);
    if (step.op === 'addrange') {
      result.push(...step.valuelist);
    } else if (step.op === 'removerange') {
      taken = at + step.length;
    } else if (step.op === 'patch') {
      result.push(inner(values[at], step.diff));
      taken = at + 1;
    }
  }
  return [...result, ...values.slice(taken)];
}

function patchedMapping(value: Record<string, unknown>, steps: Steps): Record<string, unknown> {
  const result = { ...value };
  for (const step of steps) {
    if (step.op === 'remove') {
      delete result[step.key];
    } else if (step.op === 'add' || step.op === 'replace') {
      result[step.key] = step.value;
    } else if (step.op === 'patch') {
      result[step.key] = patched(value[step.key], step.diff);
    }
  }
  return result;
}
