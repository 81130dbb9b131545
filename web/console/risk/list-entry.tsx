// One entry of the blocklist or the allowlist: put there, and taken away.
import { Select, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import {
  AllowThemDocument,
  BlockThemDocument,
  DisallowThemDocument,
  type RiskListKind,
  UnblockThemDocument,
} from '../../gql/risk/graphql';
import { Confirm, told, useAct } from '../parts/act';
import { words } from '../parts/values';
import type { Entry, ListName } from './lists';

export const KINDS: RiskListKind[] = ['user', 'device', 'card', 'address', 'email_domain', 'country'];

const EXAMPLES: Readonly<Record<RiskListKind, string>> = {
  user: 'user_42',
  device: 'the fingerprintId that your page sends',
  card: 'the fingerprint that the provider gives it',
  address: '203.0.113.0/24',
  email_domain: 'example.com',
  country: 'IN',
};

const DAY_MS = 86_400_000;
const TIMES = [
  { value: '1', label: 'For a day' },
  { value: '7', label: 'For a week' },
  { value: '30', label: 'For 30 days' },
  { value: '', label: 'Until somebody removes it' },
];

export function Add({ name, done }: { readonly name: ListName; readonly done: () => void }) {
  const act = useAct();
  const [kind, setKind] = useState<RiskListKind>('user');
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const [days, setDays] = useState('30');
  const isBlock = name === 'block';
  const add = async () => {
    if (!reason.trim()) throw new Error('Say why: it stays with the entry.');
    const expiresAt = days ? new Date(Date.now() + Number(days) * DAY_MS).toISOString() : null;
    const input = { kind, value: value.trim(), reason, expiresAt };
    await act(isBlock ? BlockThemDocument : AllowThemDocument, { input });
    told(`${value.trim()} is ${isBlock ? 'blocked' : 'allowed'}.`);
    setValue('');
    setReason('');
    done();
  };
  return (
    <Confirm
      sends={isBlock ? BlockThemDocument : AllowThemDocument}
      button={isBlock ? 'Block' : 'Allow'}
      title={isBlock ? 'Block from buying' : 'Allow to buy, whatever the rules say'}
      confirm={isBlock ? 'Block' : 'Allow'}
      danger={isBlock}
      act={add}
    >
      <Select
        label="Kind"
        data={KINDS.map((one) => ({ value: one, label: words(one) }))}
        value={kind}
        onChange={(next) => setKind((next ?? 'user') as RiskListKind)}
        allowDeselect={false}
      />
      <TextInput
        label="Who"
        required
        placeholder={EXAMPLES[kind]}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <Textarea
        label="Why"
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Select
        label="Until"
        data={TIMES}
        value={days}
        onChange={(next) => setDays(next ?? '')}
        allowDeselect={false}
      />
    </Confirm>
  );
}

interface RemoveProps {
  readonly name: ListName;
  readonly item: Entry;
  readonly done: () => void;
}

export function Remove({ name, item, done }: RemoveProps) {
  const act = useAct();
  const document = name === 'block' ? UnblockThemDocument : DisallowThemDocument;
  const remove = async () => {
    await act(document, { input: { id: item.id } });
    told(`${item.value} is not ${name === 'block' ? 'blocked' : 'allowed'} any more.`);
    done();
  };
  return (
    <Confirm sends={document} button="Remove" title={`Remove ${item.value}?`} confirm="Remove" act={remove}>
      <Text size="sm">
        The rules alone decide then. {item.createdBy} wrote: {item.reason}
      </Text>
    </Confirm>
  );
}
