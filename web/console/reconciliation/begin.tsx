import { PROVIDERS } from '@credits-gateway/client/sheets';
import { Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { type Provider, StartRunDocument } from '../../gql/reconciliation/graphql';
import { Confirm, useAct } from '../parts/act';
import { range } from '../parts/filters';

const DAY_MS = 86_400_000;
// Swedish writes a day as date inputs want it.
const DAY = new Intl.DateTimeFormat('sv-SE');

/** Starts a run over some days of a provider's books, and goes there. */
export function Begin() {
  const act = useAct();
  const [, navigate] = useLocation();
  const [provider, setProvider] = useState<string | null>(PROVIDERS[0] ?? null);
  const [from, setFrom] = useState(() => DAY.format(Date.now() - DAY_MS));
  const [to, setTo] = useState(() => DAY.format(Date.now()));
  const [dryRun, setDryRun] = useState(false);
  const begin = async () => {
    if (!provider || !from || !to) throw new Error('Give both days.');
    const days = range({ get: (name) => (name === 'from' ? from : to) }) ?? {};
    const input = { provider: provider as Provider, range: days, dryRun };
    const { run } = await act(StartRunDocument, { input });
    if (run) navigate(`/reconciliation/${run.id}`);
  };
  return (
    <Confirm
      sends={StartRunDocument}
      button="Start a run"
      title="Reconcile these days?"
      confirm="Start"
      act={begin}
    >
      <p>Each entry of the provider’s books is compared with ours. What differs is opened as a break.</p>
      <Select
        label="Provider"
        data={[...PROVIDERS]}
        value={provider}
        onChange={setProvider}
        allowDeselect={false}
      />
      <TextInput
        type="date"
        label="First day"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label="Last day"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Switch
        label="Dry run: count what differs, open and book nothing"
        checked={dryRun}
        onChange={(event) => setDryRun(event.currentTarget.checked)}
      />
    </Confirm>
  );
}
