import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import {
  CreateKeyDocument,
  KeyListDocument,
  type KeyListQuery,
  RevokeKeyDocument,
  type Role,
} from '../gql/graphql';
import { Secret } from './deliveries/secret';
import { Confirm, told, useAct } from './parts/act';
import { Page } from './parts/page';
import { Empty, Loading, Trouble } from './parts/states';
import { Table } from './parts/table';
import { Status, Time } from './parts/values';

type Key = NonNullable<KeyListQuery['admin']>['apiKeys'][number];

const stateOf = ({ revokedAt, expiresAt }: Key) =>
  revokedAt ? 'revoked' : expiresAt && Date.parse(expiresAt) < Date.now() ? 'expired' : 'active';

export function Screen() {
  const [secret, setSecret] = useState<string | null>(null);
  const [{ data, error }, read] = useQuery({ query: KeyListDocument, variables: {} });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const keys = data?.admin?.apiKeys;
  const made = (next: string | null | undefined) => {
    setSecret(next ?? null);
    refresh();
  };
  return (
    <Page title="API keys" actions={<NewKey made={made} />}>
      <Secret title="The key" secret={secret} close={() => setSecret(null)} />
      {error && <Trouble error={error} again={refresh} />}
      {!keys && !error && <Loading rows={3} />}
      {keys?.length === 0 && (
        <Empty title="No keys" text="A back end that spends or holds credits has a key of its own." />
      )}
      {keys && keys.length > 0 && (
        <Table
          label="API keys"
          rows={keys}
          keyOf={(row) => row.id}
          columns={[
            { title: 'Name', cell: (row) => <b>{row.name}</b> },
            { title: 'Key', cell: (row) => <code>{row.prefix}…</code> },
            { title: 'Role', cell: (row) => row.role },
            { title: 'State', cell: (row) => <Status value={stateOf(row)} />, card: 'head' },
            { title: 'Last used', cell: (row) => <Time at={row.lastUsedAt} />, right: true, wide: true },
            { title: 'Expires', cell: (row) => <Time at={row.expiresAt} />, right: true, wide: true },
            {
              title: 'End it',
              cell: (row) => <Revoke item={row} done={refresh} />,
              right: true,
              card: 'bare',
            },
          ]}
        />
      )}
    </Page>
  );
}

function NewKey({ made }: { readonly made: (secret: string | null | undefined) => void }) {
  const act = useAct();
  const [name, setName] = useState('');
  const [role, setRole] = useState<string | null>('service');
  const create = async () => {
    const input = { name, role: (role ?? 'service') as Role };
    made((await act(CreateKeyDocument, { input })).secret);
    setName('');
  };
  return (
    <Confirm
      sends={CreateKeyDocument}
      button="Create key"
      title="Create an API key"
      confirm="Create"
      act={create}
    >
      <TextInput
        label="Name"
        placeholder="Image back end"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label="Role"
        data={['service', 'support', 'finance']}
        value={role}
        onChange={setRole}
        allowDeselect={false}
      />
    </Confirm>
  );
}

function Revoke({ item, done }: { readonly item: Key; readonly done: () => void }) {
  const act = useAct();
  const revoke = async () => {
    await act(RevokeKeyDocument, { input: { id: item.id } });
    told(`${item.name} is revoked.`);
    done();
  };
  return (
    <Confirm
      sends={RevokeKeyDocument}
      button="Revoke"
      title={`Revoke ${item.name}?`}
      confirm="Revoke"
      danger
      disabled={stateOf(item) !== 'active'}
      act={revoke}
    >
      <p>Whoever uses it is refused from the next call on. This cannot be undone.</p>
    </Confirm>
  );
}
