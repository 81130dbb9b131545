import { NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { CampaignListDocument, type CodeRowFragment, SaveCodeHereDocument } from '../../gql/grants/graphql';
import { Confirm, told, useAct } from '../parts/act';
import { startOf } from '../parts/zone';
import { stateOf } from './states';

interface SaveCodeProps {
  /** Left out: a new one. */
  readonly code?: CodeRowFragment;
  /** Left out: one is chosen. */
  readonly campaign?: string;
  readonly done: () => void;
}

/** The day of an instant that is kept; a day that is not changed keeps its hour. */
const dayOf = (at: string | null | undefined) => at?.slice(0, 10) ?? '';
const instantOf = (day: string, was: string | null | undefined, later: number) =>
  day === '' ? null : day === dayOf(was) ? was : startOf(day, later).toISOString();

/** A code that is new, or as it is from now on. */
export function SaveCode({ code, campaign: given, done }: SaveCodeProps) {
  const act = useAct();
  const [text, setText] = useState(code?.code ?? '');
  const [campaign, setCampaign] = useState(code?.campaign ?? given ?? '');
  const [credits, setCredits] = useState<number>(code?.credits ?? 0);
  const [limit, setLimit] = useState<number | null>(code?.totalLimit ?? null);
  const [from, setFrom] = useState(dayOf(code?.startsAt));
  const [until, setUntil] = useState(dayOf(code?.endsAt));
  const save = async () => {
    if (!campaign) throw new Error('Choose the campaign that it draws on.');
    if (credits < 1) throw new Error('Say how many credits it gives.');
    const input = {
      ...(text.trim() === '' ? {} : { code: text.trim() }),
      ...{ campaign, credits, totalLimit: limit },
      startsAt: instantOf(from, code?.startsAt, 0),
      endsAt: instantOf(until, code?.endsAt, 1),
    };
    const { promoCode } = await act(SaveCodeHereDocument, { input });
    told(`${promoCode?.code} gives ${credits} credits.`);
    done();
  };
  return (
    <Confirm
      sends={SaveCodeHereDocument}
      button={code ? 'Change' : 'New code'}
      title={code ? `Change ${code.code}?` : 'Make a code?'}
      confirm={code ? 'Save' : 'Make it'}
      act={save}
    >
      {!code && (
        <TextInput
          label="Code"
          description="10 to 40 letters, digits or -. Left empty: one is made that nobody guesses."
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {!code && !given && <ChooseCampaign value={campaign} onChange={setCampaign} />}
      <NumberInput
        label="Credits for each user"
        min={0}
        allowDecimal={false}
        value={credits}
        onChange={(value) => setCredits(Number(value) || 0)}
      />
      <NumberInput
        label="How often in all"
        description="Left empty: while the budget lasts."
        min={1}
        allowDecimal={false}
        value={limit ?? ''}
        onChange={(value) => setLimit(value === '' ? null : Number(value))}
      />
      <TextInput
        type="date"
        label="From day"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label="Last day"
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
    </Confirm>
  );
}

function ChooseCampaign({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (key: string) => void;
}) {
  const [{ data }] = useQuery({ query: CampaignListDocument, variables: {} });
  const open = data?.admin?.campaigns.filter((one) => stateOf(one, Date.now()) === 'active') ?? [];
  return (
    <Select
      label="Campaign"
      required
      data={open.map(({ key, name }) => ({ value: key, label: name }))}
      value={value || null}
      nothingFoundMessage="Make a campaign first."
      onChange={(next) => onChange(next ?? '')}
    />
  );
}
