/**
 * A part of a form that is collapsed until a person wants to see it.
 */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';

interface ICollapsibleProps {
  label: string;
  /** Its content in a few words. */
  hint: string;
  isExpanded: boolean;
  onToggle: () => void;
  children: ReactNode;
}

/**
 * A button that shows *children*, or hides them.
 */
export function Collapsible(props: ICollapsibleProps): JSX.Element {
  const { label, hint, isExpanded, onToggle, children } = props;
  const Caret = (isExpanded ? caretDownIcon : caretRightIcon).react;
  const node = useRef<HTMLDivElement>(null);
  const wasUnfolded = useRef(isExpanded);
  useEffect(() => {
    if (isExpanded && !wasUnfolded.current) {
      node.current?.scrollIntoView({ block: 'nearest' });
    }
    wasUnfolded.current = isExpanded;
  }, [isExpanded]);
  return (
    <div className="jp-NbTasks-more" ref={node}>
      <button
        className="jp-NbTasks-more-button"
        aria-expanded={isExpanded}
        onClick={onToggle}
        type="button"
      >
        <Caret tag="span" />
        {label}
        <span className="jp-NbTasks-more-hint">{hint}</span>
      </button>
      {isExpanded && children}
    </div>
  );
}
