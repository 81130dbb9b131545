// What other rules would have done to purchases that were made: rules and a time are chosen, the gateway replays, and from there the
// rules are proposed.
import { useEffect, useRef, useState } from 'react';
import { type CombinedError, useClient, useQuery } from 'urql';
import { BacktestDocument, type BacktestQuery, RuleVersionsDocument } from '../../gql/risk/graphql';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { type UrlState, useUrlState } from '../parts/url-state';
import { BacktestForm, rangeOf, type Wish } from './backtest-form';
import { BacktestResult } from './backtest-result';
import type { RuleSet } from './rules';

export type Backtest = NonNullable<BacktestQuery['admin']>['riskBacktest'];

/** What was replayed, and by what. */
export interface Replayed {
  readonly wish: Wish;
  readonly found: Backtest;
}

// Who looks at a purchase and comes back finds what was replayed, and what was written. It goes with the page.
const kept: { text: string | null; replayed: Replayed | null } = { text: null, replayed: null };

const BACK = { href: '/rules', text: 'Rules' };

export function Screen() {
  const state = useUrlState();
  const [{ data, error }, read] = useQuery({ query: RuleVersionsDocument, variables: {} });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const sets = data?.admin?.riskRules;
  return (
    <Page title="Backtest" back={BACK}>
      {error && !data && <Trouble error={error} again={refresh} />}
      {!sets && !error && <Loading rows={3} />}
      {sets?.length === 0 && (
        <Empty title="No rules" text="There is nothing to replay before there are any." />
      )}
      {sets && sets.length > 0 && <Replay state={state} sets={sets} refresh={refresh} />}
    </Page>
  );
}

interface ReplayProps {
  readonly state: UrlState;
  readonly sets: readonly RuleSet[];
  readonly refresh: () => void;
}

function Replay({ state, sets, refresh }: ReplayProps) {
  const client = useClient();
  const [text, setText] = useState(kept.text);
  const [replayed, setReplayed] = useState(kept.replayed);
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<CombinedError | null>(null);
  const result = useRef<HTMLDivElement>(null);
  const asked = useRef(0);
  useEffect(() => {
    kept.text = text;
    kept.replayed = replayed;
  }, [text, replayed]);
  // An answer that comes after the screen was left is nobody's.
  useEffect(() => () => void asked.current++, []);
  const run = async (wish: Wish) => {
    const mine = ++asked.current;
    setRunning(true);
    setError(null);
    const rules = wish.edited ? { document: wish.document } : { version: wish.set.version };
    const answer = await client
      .query(BacktestDocument, { range: rangeOf(wish), ...rules }, { requestPolicy: 'network-only' })
      .toPromise();
    if (mine !== asked.current) return;
    setRunning(false);
    setError(answer.error ?? null);
    const found = answer.data?.admin?.riskBacktest;
    setReplayed(found ? { wish, found } : null);
  };
  const shown = useRef(kept.replayed);
  useEffect(() => {
    // What was asked for is brought to who asked; what was there already is not.
    if (replayed && replayed !== shown.current) {
      result.current?.focus({ preventScroll: true });
      result.current?.scrollIntoView({ block: 'start' });
    }
    shown.current = replayed;
  }, [replayed]);
  return (
    <>
      <BacktestForm state={state} sets={sets} text={text} setText={setText} run={run} isRunning={isRunning} />
      {isRunning && (
        <div aria-live="polite">
          <p className="quiet pad">Replaying. A million decisions take some seconds.</p>
          <Loading rows={4} />
        </div>
      )}
      {error && <Trouble error={error} />}
      <div ref={result} tabIndex={-1} className="result">
        {!isRunning && replayed && <BacktestResult replayed={replayed} refresh={refresh} sets={sets} />}
        {!isRunning && !replayed && !error && (
          <Empty
            title="Nothing is replayed yet"
            text="Purchases of the time are judged by these rules as they were judged then, and nothing is written."
          />
        )}
      </div>
    </>
  );
}
