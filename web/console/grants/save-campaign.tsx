import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type CampaignRowFragment, SaveCampaignHereDocument } from '../../gql/grants/graphql';
import { Confirm, told, useAct } from '../parts/act';
import { startOf } from '../parts/zone';

interface SaveCampaignProps {
  /** Left out: a new one. */
  readonly campaign?: CampaignRowFragment;
  readonly done: () => void;
}

/** A campaign that is new, or as it is from now on. */
export function SaveCampaign({ campaign, done }: SaveCampaignProps) {
  const act = useAct();
  const [key, setKey] = useState(campaign?.key ?? '');
  const [name, setName] = useState(campaign?.name ?? '');
  const [budget, setBudget] = useState<number>(campaign?.budgetCredits ?? 0);
  const [days, setDays] = useState<number | null>(campaign?.expireAfterDays ?? null);
  const [ends, setEnds] = useState(campaign?.endsAt?.slice(0, 10) ?? '');
  const more = budget - (campaign?.budgetCredits ?? 0);
  const save = async () => {
    if (!key.trim() || !name.trim()) throw new Error('A campaign has a key and a name.');
    if (budget < 1) throw new Error('Say how many credits it may give.');
    // As it was where nobody changed the day: its hour is not this dialog's.
    const isSameDay = ends !== '' && ends === campaign?.endsAt?.slice(0, 10);
    const endsAt = isSameDay ? campaign?.endsAt : ends ? startOf(ends, 1).toISOString() : null;
    const input = {
      key: key.trim(),
      name: name.trim(),
      budgetCredits: budget,
      expireAfterDays: days,
      endsAt,
    };
    await act(SaveCampaignHereDocument, { input });
    told(campaign ? 'The campaign is changed.' : 'The campaign is made.');
    done();
  };
  return (
    <Confirm
      sends={SaveCampaignHereDocument}
      button={campaign ? 'Change' : 'New campaign'}
      title={campaign ? `Change ${campaign.name}?` : 'Make a campaign?'}
      confirm={campaign ? 'Save' : 'Make it'}
      act={save}
    >
      {!campaign && (
        <TextInput
          label="Key"
          description="Small letters, digits, - or _: what grants and codes name."
          required
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
      )}
      <TextInput
        label="Name"
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NumberInput
        label="Budget in credits"
        description={
          more > 0
            ? `One person gives ${more.toLocaleString()} more; a large budget waits for a second one.`
            : 'The most that it gives in all.'
        }
        min={0}
        allowDecimal={false}
        value={budget}
        onChange={(value) => setBudget(Number(value) || 0)}
      />
      <NumberInput
        label="Days that a grant lasts"
        description="Left empty: for ever."
        min={1}
        max={3650}
        allowDecimal={false}
        value={days ?? ''}
        onChange={(value) => setDays(value === '' ? null : Number(value))}
      />
      <TextInput
        type="date"
        label="Last day"
        description="Left empty: it goes on."
        value={ends}
        onChange={(event) => setEnds(event.currentTarget.value)}
      />
    </Confirm>
  );
}
