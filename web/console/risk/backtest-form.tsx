import { Button, JsonInput, Select, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useState } from 'react';
import { Card } from '../parts/page';
import type { UrlState } from '../parts/url-state';
import type { RuleSet } from './rules';
import { pretty, readRules } from './rules-faults';

/** What is to be replayed. */
export interface Wish {
  /** The version that was chosen, or that the document was written over. */
  readonly set: RuleSet;
  readonly edited: boolean;
  readonly document: unknown;
  /** Days in local time, both included. */
  readonly from: string;
  readonly to: string;
}

interface FormProps {
  readonly state: UrlState;
  readonly sets: readonly RuleSet[];
  /** What was written; null: the version as it is. */
  readonly text: string | null;
  readonly setText: (text: string | null) => void;
  readonly run: (wish: Wish) => void;
  readonly isRunning: boolean;
}

// As long as most disputes take to come.
const DAYS = 30;

const dayText = (day: Date) =>
  `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
const daysAgo = (days: number) => {
  const day = new Date();
  day.setDate(day.getDate() - days);
  return dayText(day);
};

/** The instants of a wish's days, in local time. */
export function rangeOf({ from, to }: Pick<Wish, 'from' | 'to'>): { gte: string; lt: string } {
  const after = new Date(`${to}T00:00`);
  after.setDate(after.getDate() + 1);
  return { gte: new Date(`${from}T00:00`).toISOString(), lt: after.toISOString() };
}

/** Which rules over which time. Ctrl and Enter replay, also while the document is written. */
export function BacktestForm({ state, sets, text, setText, run, isRunning }: FormProps) {
  const [isOpen, setOpen] = useState(text !== null);
  const set =
    sets.find(({ version }) => String(version) === state.get('version')) ??
    sets.find((one) => one.state === 'active') ??
    (sets[0] as RuleSet);
  const from = state.get('from') ?? daysAgo(DAYS);
  const to = state.get('to') ?? daysAgo(0);
  const edited = text !== null && text !== pretty(set);
  const read = edited ? readRules(text) : { document: set.document };
  const isTime = from !== '' && to !== '' && from <= to;
  const canRun = 'document' in read && isTime && !isRunning;
  const go = () => {
    if (canRun) run({ set, edited, document: read.document, from, to });
  };
  // The last argument: also while somebody writes.
  useHotkeys([['mod+Enter', go]], []);
  return (
    <Card title="What is replayed">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <div className="in-row">
          <Select
            className="wide-field"
            label="Rules"
            data={sets.map((one) => ({
              value: String(one.version),
              label: `Version ${one.version}, ${one.state}${one.note ? `: ${one.note}` : ''}`,
            }))}
            value={String(set.version)}
            onChange={(next) => {
              setText(null);
              state.set({ version: next });
            }}
            allowDeselect={false}
          />
          <TextInput
            type="date"
            label="From"
            value={from}
            max={to}
            onChange={(event) => state.set({ from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label="To, included"
            value={to}
            min={from}
            onChange={(event) => state.set({ to: event.currentTarget.value })}
          />
          <Button type="submit" loading={isRunning} disabled={!canRun} aria-keyshortcuts="Control+Enter">
            Replay
          </Button>
        </div>
        {!isTime && <p className="bad">The time ends before it begins.</p>}
        <details className="document" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            {edited ? `The document, changed from version ${set.version}` : 'Change the document'}
          </summary>
          <JsonInput
            aria-label="Document"
            description="Replayed as it stands here; nothing is proposed by that. Ctrl and Enter replay."
            autosize
            minRows={8}
            maxRows={22}
            value={text ?? pretty(set)}
            onChange={setText}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
            spellCheck={false}
          />
          {edited && (
            <Button variant="default" mt="xs" onClick={() => setText(null)}>
              Back to version {set.version}
            </Button>
          )}
        </details>
        {'faults' in read && (
          <div role="alert" aria-label="What is wrong with the document">
            <ul className="faults">
              {read.faults.map((fault) => (
                <li key={fault}>{fault}</li>
              ))}
            </ul>
          </div>
        )}
      </form>
    </Card>
  );
}
