/**
 * A field for a time zone, with suggestions as one types.
 */
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { WidgetProps } from '@rjsf/utils';
import { useMemo } from 'react';
import { matchZone, zones } from './zones';

/**
 * An input that suggests the time zones that the browser knows; takes any name, and a part of one
 * where that is enough.
 */
export function ZoneInput({ id, value, onChange }: WidgetProps<ReadonlyJSONObject>): JSX.Element {
  const list = `${id}__zones`;
  const suggestions = useMemo(
    () => (
      <datalist id={list}>
        {zones().map(zone => (
          // A person may know New York, and not that it is written New_York.
          <option key={zone} value={zone} label={zone.replaceAll('_', ' ')} />
        ))}
      </datalist>
    ),
    [list]
  );
  const settle = (text: string): void => {
    const zone = matchZone(text);
    if (zone !== text) {
      onChange(zone);
    }
  };
  return (
    <>
      <input
        autoComplete="off"
        className="form-control"
        id={id}
        list={list}
        // What is typed then takes its place, and all are suggested.
        onFocus={({ target }) => target.select()}
        onBlur={({ target }) => settle(target.value)}
        onChange={({ target }) => onChange(target.value || undefined)}
        spellCheck={false}
        type="text"
        value={(value as string | undefined) ?? ''}
      />
      {suggestions}
    </>
  );
}
