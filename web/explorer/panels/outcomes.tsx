import { PROVIDERS } from '@credits-gateway/client/sheets';
import { useCallback, useEffect, useState } from 'react';
import { useSession } from '../session';
import type { Panel } from './panel';

interface Open {
  readonly id: string;
  readonly status: string;
  readonly provider: string;
  readonly packageName: string;
  readonly amount: { readonly formatted: string };
}

const OPEN = '{ intents(first: 8) { nodes { id status provider packageName amount { formatted } } } }';
const OUTCOMES = '{ __type(name: "SimulatedOutcome") { enumValues { name } } }';
const PLAY = `mutation Play($input: SimulatePaymentInput!) {
  simulatePayment(input: $input) { intent { status } webhookEvents { type status } errors { message } } }`;
const CREATE = `mutation Create($input: CreateIntentInput!) { createIntent(input: $input) { intent { id } errors { message } } }`;

interface Played {
  readonly intent: { readonly status: string } | null;
  readonly webhookEvents: readonly { readonly type: string; readonly status: string }[];
  readonly errors: readonly { readonly message: string }[];
}

/** Plays what the simulated bank does on the intent at hand. */
function Outcomes() {
  const { ask, isMock } = useSession();
  const [intents, setIntents] = useState<readonly Open[]>([]);
  const [outcomes, setOutcomes] = useState<readonly string[]>([]);
  const [id, setId] = useState('');
  const [told, setTold] = useState('');
  const refresh = useCallback(async () => {
    const data = await ask(OPEN);
    const nodes = (data?.intents as { nodes: Open[] } | undefined)?.nodes ?? [];
    setIntents(nodes);
    setId((now) => (nodes.some((item) => item.id === now) ? now : (nodes[0]?.id ?? '')));
  }, [ask]);
  useEffect(() => {
    void refresh();
    void ask(OUTCOMES).then((data) =>
      setOutcomes(
        (data?.__type as { enumValues: { name: string }[] } | null)?.enumValues.map(({ name }) => name) ?? [],
      ),
    );
  }, [ask, refresh]);
  if (!isMock)
    return (
      <div className="panel">
        <h2>Play an outcome</h2>
        <p>Only a gateway in mock mode has a simulated bank.</p>
      </div>
    );

  const create = async () => {
    const input = { packageId: 'medium', provider: PROVIDERS[0], idempotencyKey: crypto.randomUUID() };
    const made = (await ask(CREATE, { input }))?.createIntent as
      | { intent: { id: string } | null }
      | undefined;
    if (made?.intent) setId(made.intent.id);
    await refresh();
  };
  const play = async (outcome: string) => {
    setTold(`${outcome}…`);
    const played = (await ask(PLAY, { input: { id, outcome } }))?.simulatePayment as Played | undefined;
    const events = played?.webhookEvents.map((event) => `${event.type} ${event.status}`).join(', ');
    setTold(
      played?.errors[0]?.message ?? `${outcome}: ${played?.intent?.status}${events ? ` (${events})` : ''}`,
    );
    await refresh();
  };
  return (
    <div className="panel">
      <h2>Play an outcome</h2>
      <label>
        Intent
        <select value={id} onChange={(event) => setId(event.target.value)}>
          {intents.length === 0 && <option value="">none yet</option>}
          {intents.map((item) => (
            <option key={item.id} value={item.id}>
              {item.status} · {item.packageName} {item.amount.formatted} · {item.provider} · …
              {item.id.slice(-6)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => void create()}>
        New intent
      </button>
      <div className="outcomes">
        {outcomes.map((outcome) => (
          <button type="button" key={outcome} disabled={!id} onClick={() => void play(outcome)}>
            {outcome.replaceAll('_', ' ')}
          </button>
        ))}
      </div>
      <p role="status">{told}</p>
    </div>
  );
}

export const outcomesPanel: Panel = {
  title: 'Play an outcome',
  icon: 'M7 5v14l12-7z',
  Content: Outcomes,
};
