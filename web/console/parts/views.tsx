import { Button, CloseButton, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { refused } from './act';
import { readViews, type SavedView, VIEW_NAME_MAX, VIEWS_MAX, writeViews } from './saved-views';

/** Filters of a list that have a name: one click away, and gone with another one. */
export function Views({ list }: { readonly list: string }) {
  const [path] = useLocation();
  const search = useSearch();
  const [views, setViews] = useState(() => readViews(list));
  const change = (next: readonly SavedView[]) => {
    if (!writeViews(list, next))
      refused(new Error('This browser keeps nothing, so the view is gone with this page.'));
    setViews(next);
  };
  const isNew = search !== '' && views.every(({ query }) => query !== search);
  if (views.length === 0 && !isNew) return null;
  return (
    <nav className="views" aria-label="Saved views">
      {views.map(({ name, query }) => (
        <span key={name} className="view">
          <Link href={`${path}?${query}`} aria-current={query === search ? 'page' : undefined}>
            {name}
          </Link>
          <CloseButton
            size="xs"
            aria-label={`Delete the view ${name}`}
            onClick={() => change(views.filter((view) => view.name !== name))}
          />
        </span>
      ))}
      {isNew && views.length < VIEWS_MAX && (
        <NewView
          taken={views.map(({ name }) => name)}
          save={(name) => change([...views, { name, query: search }])}
        />
      )}
    </nav>
  );
}

interface NewViewProps {
  readonly taken: readonly string[];
  readonly save: (name: string) => void;
}

function NewView({ taken, save }: NewViewProps) {
  const [isNaming, setNaming] = useState(false);
  const [name, setName] = useState('');
  const given = name.trim();
  const isTaken = taken.includes(given);
  if (!isNaming)
    return (
      <Button variant="subtle" size="compact-xs" onClick={() => setNaming(true)}>
        Save this view
      </Button>
    );
  return (
    <form
      className="view"
      onSubmit={(event) => {
        event.preventDefault();
        if (given && !isTaken) save(given);
      }}
    >
      <TextInput
        aria-label="Name of the view"
        placeholder="Name"
        data-autofocus
        autoFocus
        maxLength={VIEW_NAME_MAX}
        value={name}
        error={isTaken && 'There is one of this name.'}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && setNaming(false)}
      />
      <Button type="submit" variant="default" disabled={!given || isTaken}>
        Save
      </Button>
    </form>
  );
}
