/**
 * A part of a form that is folded until it is wanted.
 */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';

interface IFoldProps {
  label: string;
  /** What is in it, in a few words. */
  hint: string;
  isUnfolded: boolean;
  onToggle: () => void;
  children: ReactNode;
}

/**
 * A button that shows *children*, or folds them.
 */
export function Fold(props: IFoldProps): JSX.Element {
  const { label, hint, isUnfolded, onToggle, children } = props;
  const Caret = (isUnfolded ? caretDownIcon : caretRightIcon).react;
  const node = useRef<HTMLDivElement>(null);
  const wasUnfolded = useRef(isUnfolded);
  useEffect(() => {
    if (isUnfolded && !wasUnfolded.current) {
      node.current?.scrollIntoView({ block: 'nearest' });
    }
    wasUnfolded.current = isUnfolded;
  }, [isUnfolded]);
  return (
    <div className="jp-NbTasks-more" ref={node}>
      <button
        className="jp-NbTasks-more-button"
        aria-expanded={isUnfolded}
        onClick={onToggle}
        type="button"
      >
        <Caret tag="span" />
        {label}
        <span className="jp-NbTasks-more-hint">{hint}</span>
      </button>
      {isUnfolded && children}
    </div>
  );
}
