/**
 * The field above a list that searches it by words.
 */
import { useEffect, useState } from 'react';
import { useLatest } from '../display/latest';

const TYPING = 250;

/**
 * What the field needs: *words* are those that the list is narrowed to.
 */
export interface ISearchProps {
  label: string;
  onSearch: (words: string) => void;
  placeholder: string;
  words: string;
}

/**
 * Searches when nothing was typed for a moment; Escape empties it.
 */
export function Search({ label, onSearch, placeholder, words }: ISearchProps): JSX.Element {
  const [typed, setTyped] = useState(words);
  const [before, setBefore] = useState(words);
  const search = useLatest(onSearch);
  if (words !== before) {
    // The words may be taken back elsewhere.
    setBefore(words);
    setTyped(words);
  }
  useEffect(() => {
    if (typed === words) {
      return undefined;
    }
    const timer = setTimeout(() => search.current(typed), TYPING);
    return () => clearTimeout(timer);
  }, [search, typed, words]);
  return (
    <input
      aria-label={label}
      className="jp-mod-styled jp-NbTasks-search"
      onChange={event => setTyped(event.target.value)}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          setTyped('');
        }
      }}
      placeholder={placeholder}
      type="search"
      value={typed}
    />
  );
}
