/**
 * Facts on a page, and named values.
 */
import type { ReactNode } from 'react';

/**
 * A name and its value; a fact without a value is not shown.
 */
export type IFact = readonly [name: string, value: ReactNode];

/**
 * Facts side by side, as many as there is room for.
 */
export function FactTable({ facts }: { facts: ReadonlyArray<IFact> }): JSX.Element {
  return (
    <dl className="jp-NbTasks-table">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/**
 * Text that leads somewhere in JupyterLab; *label* describes where, if the text alone does not.
 */
export function Link(props: {
  children: ReactNode;
  label?: string;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      aria-label={props.label}
      className="jp-NbTasks-link"
      onClick={props.onClick}
      type="button"
    >
      {props.children}
    </button>
  );
}

/**
 * Parameters or results; long ones are cut.
 */
export function Values(props: {
  title: string;
  values: Record<string, unknown>;
}): JSX.Element | null {
  const entries = Object.entries(props.values);
  if (!entries.length) {
    return null;
  }
  return (
    <section aria-label={props.title} className="jp-NbTasks-values">
      <h2>{props.title}</h2>
      <ul role="list">
        {entries.map(([name, value]) => {
          const json = JSON.stringify(value) ?? '';
          return (
            <li key={name} title={json.slice(0, 2000)}>
              <span>{name}</span> = {json.slice(0, 200)}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
