import { NumberInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type PackageListQuery, SavePackageFromConsoleDocument } from '../gql/graphql';
import { Confirm, told, useAct } from './parts/act';

type Item = PackageListQuery['packages'][number];

const pricesAsText = (item?: Item) =>
  item?.prices.map(({ currency, amountMinor }) => `${currency} ${amountMinor}`).join(', ') ?? 'INR ';

/** As the gateway compares it with what there is when the change is confirmed. */
const shown = ({ name, credits, prices, creditsExpireAfterDays, active }: Item) => ({
  ...{ name, credits, creditsExpireAfterDays, active },
  prices: prices.map(({ currency, amountMinor }) => ({ currency, amountMinor })),
});

/** "INR 5000, USD 100": minor units, as the gateway keeps them. */
function pricesIn(text: string) {
  return text.split(',').map((part) => {
    const match = /^\s*([A-Z]{3})\s+(\d{1,10})\s*$/.exec(part);
    if (!match) throw new Error('Write prices as INR 5000, USD 100: currency and minor units.');
    return { currency: match[1] ?? '', amountMinor: match[2] ?? '' };
  });
}

export function EditPackage({ item, done }: { readonly item?: Item; readonly done: () => void }) {
  const act = useAct();
  const [id, setId] = useState(item?.id ?? '');
  const [name, setName] = useState(item?.name ?? '');
  const [credits, setCredits] = useState(item?.credits ?? 100);
  const [prices, setPrices] = useState(pricesAsText(item));
  const [days, setDays] = useState<number | null>(item?.creditsExpireAfterDays ?? null);
  const [active, setActive] = useState(item?.active ?? true);
  const [seen] = useState({ package: item ? shown(item) : null });
  const save = async () => {
    const input = { id, name, credits, prices: pricesIn(prices), creditsExpireAfterDays: days, active, seen };
    await act(SavePackageFromConsoleDocument, { input });
    told(`${name} is saved. Purchases under way keep what they were started with.`);
    done();
  };
  return (
    <Confirm
      sends={SavePackageFromConsoleDocument}
      button={item ? 'Edit' : 'Add package'}
      title={item ? `Change ${item.name}` : 'Add a package'}
      confirm="Save"
      act={save}
    >
      {!item && (
        <TextInput
          label="Id"
          description="Small letters and digits; it stays."
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
        />
      )}
      <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <NumberInput
        label="Credits"
        min={1}
        allowDecimal={false}
        value={credits}
        onChange={(value) => setCredits(Number(value) || 0)}
      />
      <TextInput
        label="Prices"
        description="Minor units, its own currency first: INR 5000, USD 100"
        value={prices}
        onChange={(event) => setPrices(event.currentTarget.value)}
      />
      <NumberInput
        label="Credits expire after days"
        description="Empty: never"
        min={1}
        allowDecimal={false}
        value={days ?? ''}
        onChange={(value) => setDays(value === '' ? null : Number(value))}
      />
      <Switch label="On sale" checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />
    </Confirm>
  );
}
