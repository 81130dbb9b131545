// What may be spent of the credits of a user or a shared wallet, by whom, and how much of it is left.
import { NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { LimitSpendsDocument, type SpendLimitRowFragment, type SpendLimitSpan } from '../../gql/graphql';
import { Confirm, told, useAct } from '../parts/act';
import { isSharedWallet, ownerMeant } from '../parts/find';
import { Card } from '../parts/page';
import { Table } from '../parts/table';
import { Spender, Time } from '../parts/values';
import { useSession } from '../session';

type Limit = SpendLimitRowFragment;

const SPANS: SpendLimitSpan[] = ['day', 'week', 'month', 'total'];
const inWords = (span: SpendLimitSpan) => (span === 'total' ? 'in all' : `a ${span}`);
const bindsWhom = ({ memberId, apiKeyId }: Pick<Limit, 'memberId' | 'apiKeyId'>) =>
  memberId ? `member ${memberId}` : apiKeyId ? `API key ${apiKeyId}` : 'everybody';
const toWords = (limit: Limit) =>
  `${bindsWhom(limit)} ${limit.credits.toLocaleString()} ${inWords(limit.per)}`;
const shown = (credits: number) => `${credits.toLocaleString()} credits`;

interface LimitsProps {
  /** Under which the credits are kept: a user's id, or a shared wallet's. */
  readonly userId: string;
  /** For people. */
  readonly called: string;
  readonly limits: readonly Limit[];
  readonly done: () => void;
}

export function Limits({ userId, called, limits, done }: LimitsProps) {
  // Back ends set limits too, so that no one role stands at the mutation; of operators finance does.
  const maySet = useSession().mayRead('Admin.ledger');
  if (limits.length === 0 && !maySet) return null;
  return (
    <Card
      title="Spend limits"
      aside={maySet && <SetLimit userId={userId} called={called} limits={limits} done={done} />}
    >
      {limits.length === 0 && <p className="quiet pad">Nothing limits what is spent but the balance.</p>}
      {limits.length > 0 && (
        <Table
          label="Spend limits"
          rows={limits}
          keyOf={(row) => `${row.memberId} ${row.apiKeyId} ${row.per}`}
          columns={[
            {
              title: 'For',
              cell: (row) => <Spender {...row} nobody="Everybody" isUser={isSharedWallet(userId)} />,
            },
            { title: 'Limit', cell: (row) => `${row.credits.toLocaleString()} ${inWords(row.per)}` },
            { title: 'Spent', cell: (row) => row.spent.toLocaleString(), right: true },
            { title: 'Held', cell: (row) => row.held.toLocaleString(), right: true },
            {
              title: 'Left',
              cell: (row) => (
                <b className={row.remaining === 0 ? 'bad' : ''}>{row.remaining.toLocaleString()}</b>
              ),
              right: true,
            },
            {
              title: 'Resets',
              cell: (row) =>
                row.resetsAt ? (
                  <>
                    <Time at={row.resetsAt} /> <small className="quiet">{row.timeZone}</small>
                  </>
                ) : (
                  'never'
                ),
              right: true,
            },
            ...(maySet
              ? [
                  {
                    title: 'Change',
                    cell: (row: Limit) => (
                      <RemoveLimit userId={userId} called={called} limit={row} done={done} />
                    ),
                    right: true,
                    card: 'bare' as const,
                  },
                ]
              : []),
          ]}
        />
      )}
    </Card>
  );
}

/** A new limit, or another number for one that is there. */
function SetLimit({ userId, called, limits, done }: LimitsProps) {
  const act = useAct();
  const [whom, setWhom] = useState('everybody');
  const [name, setName] = useState('');
  const [per, setPer] = useState<SpendLimitSpan>('month');
  const [credits, setCredits] = useState<number | null>(null);
  const [zone, setZone] = useState<string | null>(null);
  const spender = {
    memberId: whom === 'member' ? name.trim() : null,
    apiKeyId: whom === 'key' ? name.trim() : null,
  };
  const before = limits.find(
    (limit) =>
      limit.per === per && limit.memberId === spender.memberId && limit.apiKeyId === spender.apiKeyId,
  );
  const timeZone = zone ?? before?.timeZone ?? 'UTC';
  const save = async () => {
    if (whom !== 'everybody' && name.trim() === '') throw new Error('Say whom the limit binds.');
    if (credits === null) throw new Error('Say how many credits.');
    await act(LimitSpendsDocument, { input: { ...ownerMeant(userId), ...spender, per, credits, timeZone } });
    told(`${bindsWhom(spender)} may spend ${shown(credits)} ${inWords(per)}.`);
    done();
  };
  return (
    <Confirm
      sends={LimitSpendsDocument}
      button="Set a limit"
      title={`Limit what is spent of ${called}'s credits`}
      confirm={credits === null ? 'Set' : `Set to ${credits.toLocaleString()}`}
      figures={limits.map(toWords).join(', ') || 'no limit'}
      act={save}
    >
      <Select
        label="Whom it binds"
        allowDeselect={false}
        data={[
          { value: 'everybody', label: 'Everybody who spends' },
          { value: 'member', label: 'One member' },
          { value: 'key', label: 'One API key' },
        ]}
        value={whom}
        onChange={(next) => setWhom(next ?? 'everybody')}
      />
      {whom !== 'everybody' && (
        <TextInput
          label={whom === 'member' ? 'Member' : 'API key, key_…'}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <Select
        label="Counts together"
        allowDeselect={false}
        data={SPANS.map((value) => ({ value, label: value === 'total' ? 'all from now on' : `a ${value}` }))}
        value={per}
        onChange={(next) => setPer((next ?? 'month') as SpendLimitSpan)}
      />
      <NumberInput
        label="Credits"
        description="0: nothing may be spent."
        min={0}
        allowDecimal={false}
        value={credits ?? ''}
        onChange={(next) => setCredits(next === '' ? null : Number(next))}
      />
      <TextInput
        label="Time zone"
        description="Whose midnight it goes by, as Asia/Kolkata."
        value={timeZone}
        onChange={(event) => setZone(event.currentTarget.value)}
      />
      {credits !== null && (
        <p>
          {bindsWhom(spender)}, {inWords(per)}: <b>{before ? shown(before.credits) : 'no limit'}</b> →{' '}
          <b>{shown(credits)}</b>
          {before && credits < before.spent + before.held && (
            <span className="bad"> More is spent already: nothing more may be until it resets.</span>
          )}
        </p>
      )}
    </Confirm>
  );
}

interface RemoveProps {
  readonly userId: string;
  readonly called: string;
  readonly limit: Limit;
  readonly done: () => void;
}

function RemoveLimit({ userId, called, limit, done }: RemoveProps) {
  const act = useAct();
  const { memberId, apiKeyId, per, timeZone } = limit;
  const remove = async () => {
    await act(LimitSpendsDocument, {
      input: { ...ownerMeant(userId), memberId, apiKeyId, per, timeZone, credits: null },
    });
    told('The limit is gone.');
    done();
  };
  return (
    <Confirm
      sends={LimitSpendsDocument}
      button="Remove"
      title={`Remove a limit of ${called}`}
      confirm="Remove the limit"
      danger
      act={remove}
    >
      <p>
        {bindsWhom(limit)}, {inWords(per)}: <b>{shown(limit.credits)}</b> → <b>no limit</b>. Nothing but the
        balance limits it then.
      </p>
    </Confirm>
  );
}
