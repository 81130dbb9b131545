import { Button, MultiSelect, Select, TextInput } from '@mantine/core';
import { Children, type ReactNode, useEffect, useState } from 'react';
import { useSearch } from 'wouter';
import type { UrlState } from './url-state';
import { words } from './values';
import { Views } from './views';
import { startOf } from './zone';

interface FiltersProps {
  /** Names the list whose filters can be saved as views; left out: they cannot. */
  readonly list?: string;
  readonly children: ReactNode;
}

/** The filters of a list. On a narrow screen only the first one is there until the others are asked for. */
export function Filters({ list, children }: FiltersProps) {
  const [isOpen, open] = useState(false);
  const set = new URLSearchParams(useSearch()).size;
  // Two stand side by side.
  const isLong = Children.count(children) > 2;
  return (
    <>
      <div className={isLong && !isOpen ? 'filters few' : 'filters'}>
        {children}
        {isLong && (
          <Button className="narrow" variant="default" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
            {isOpen ? 'Fewer' : set > 0 ? `Filters (${set})` : 'Filters'}
          </Button>
        )}
      </div>
      {list && <Views list={list} />}
    </>
  );
}

interface ChoiceProps {
  readonly state: UrlState;
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
}

/** Any of several values. */
export function Choice({ state, name, label, values }: ChoiceProps) {
  const chosen = state.list(name);
  return (
    <MultiSelect
      aria-label={label}
      placeholder={chosen.length > 0 ? '' : label}
      data={values.map((value) => ({ value, label: words(value) }))}
      value={chosen}
      onChange={(next) => state.set({ [name]: next })}
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${label}` }}
      className="filter"
    />
  );
}

interface YesNoProps extends Omit<ChoiceProps, 'values'> {
  /** What is found by yes, and by no. */
  readonly words: readonly [string, string];
}

/** What holds, what does not, or both. */
export function YesNo({ state, name, label, words: [yes, no] }: YesNoProps) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      className="filter"
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${label}` }}
      data={[
        { value: 'yes', label: yes },
        { value: 'no', label: no },
      ]}
      value={state.get(name)}
      onChange={(next) => state.set({ [name]: next })}
    />
  );
}

/** Null: both. */
export const yesNo = (state: Pick<UrlState, 'get'>, name: string): boolean | null =>
  state.get(name) ? state.get(name) === 'yes' : null;

// Long enough to finish a word.
const TYPING_MS = 350;

/** Text that is looked for a moment after the last key. */
export function Text({ state, name, label }: Omit<ChoiceProps, 'values'>) {
  const current = state.get(name) ?? '';
  const [text, setText] = useState(current);
  useEffect(() => setText(current), [current]);
  useEffect(() => {
    if (text.trim() === current) return;
    const timer = setTimeout(() => state.set({ [name]: text.trim() || null }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, current, name, state]);
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      className="filter"
    />
  );
}

interface DayProps extends Omit<ChoiceProps, 'values'> {
  /** The word or two that stand before the date. */
  readonly lead: string;
}

/** One day, from its start or before its start, in the zone that is chosen. */
export function Day({ state, name, label, lead }: DayProps) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      title={label}
      leftSection={<span className="quiet">{lead}</span>}
      leftSectionWidth={48}
      value={state.get(name) ?? ''}
      onChange={(event) => state.set({ [name]: event.currentTarget.value || null })}
      className="filter day"
    />
  );
}

/** The filter of what was typed as `key=value`; null while it is not. */
export function metadataIn(state: Pick<UrlState, 'get'>): { key: string; value: string } | null {
  const [, key, value] = /^([^=]+)=(.+)$/.exec(state.get('metadata') ?? '') ?? [];
  return key && value ? { key: key.trim(), value: value.trim() } : null;
}

/** The instants between two days of the address; the last day is included. */
export function range(
  state: Pick<UrlState, 'get'>,
  from = 'from',
  to = 'to',
): { gte?: string; lt?: string } | null {
  const [first, last] = [state.get(from), state.get(to)];
  if (!first && !last) return null;
  const after = last ? startOf(last, 1) : null;
  return {
    ...(first ? { gte: startOf(first).toISOString() } : {}),
    ...(after ? { lt: after.toISOString() } : {}),
  };
}
