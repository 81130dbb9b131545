import { Button, NumberInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type PackageListQuery, SavePackageFromConsoleDocument } from '../gql/graphql';
import { Confirm, told, useAct } from './parts/act';
import { majorOf, minorOf } from './parts/major-units';

type Item = PackageListQuery['packages'][number];

/** A price as it is being written. */
interface Price {
  readonly currency: string;
  readonly major: string;
}

const pricesOf = (item?: Item): readonly Price[] =>
  item?.prices.map(({ currency, amountMinor }) => ({ currency, major: majorOf(amountMinor, currency) })) ?? [
    { currency: 'INR', major: '' },
  ];

/** As the gateway compares it with what there is when the change is confirmed. */
const shown = ({ prices, ...item }: Item) => ({
  ...{ name: item.name, credits: item.credits, active: item.active },
  creditsExpireAfterDays: item.creditsExpireAfterDays,
  ...{ bonusCredits: item.bonusCredits, bonusExpireAfterDays: item.bonusExpireAfterDays },
  prices: prices.map(({ currency, amountMinor }) => ({ currency, amountMinor })),
});

const inMinor = (prices: readonly Price[]) =>
  prices.map(({ currency, major }) => ({ currency, amountMinor: minorOf(major, currency) }));

/** What buyers will see otherwise than now, one line each; empty when nothing about money changes. */
function changes(
  item: Item | undefined,
  credits: number,
  prices: readonly Price[],
  bonus: number | null,
): readonly string[] {
  if (!item)
    return prices.map(
      ({ currency, major }) => `A buyer pays ${currency} ${major || '…'} for ${credits} credits.`,
    );
  const before = new Map(pricesOf(item).map(({ currency, major }) => [currency, major]));
  const isOther = credits !== item.credits;
  const now = prices.flatMap(({ currency, major }) => {
    const was = before.get(currency);
    if (was === undefined)
      return [`New: a buyer in ${currency} pays ${major || '…'} for ${credits} credits.`];
    if (was === major && !isOther) return [];
    return [
      `A buyer in ${currency} pays ${was} → ${major || '…'} for ${isOther ? `${item.credits} → ` : ''}${credits} credits.`,
    ];
  });
  const gone = [...before.keys()].filter((code) => !prices.some(({ currency }) => currency === code));
  const was = item.bonusCredits ?? null;
  return [
    ...now,
    ...(was === bonus ? [] : [`A buyer gets ${was ?? 'no'} → ${bonus ?? 'no'} credits as a bonus.`]),
    ...gone.map(
      (currency) => `Who pays in ${currency} cannot buy it any more (${before.get(currency)} now).`,
    ),
  ];
}

interface PricesProps {
  readonly prices: readonly Price[];
  readonly set: (prices: readonly Price[]) => void;
}

function Prices({ prices, set }: PricesProps) {
  const change = (at: number, part: Partial<Price>) =>
    set(prices.map((price, index) => (index === at ? { ...price, ...part } : price)));
  return (
    <fieldset className="plain-set">
      <legend>Prices, in major units; its own currency first</legend>
      <table className="prices">
        <tbody>
          {prices.map(({ currency, major }, at) => (
            <tr key={at}>
              <td>
                <TextInput
                  aria-label={`Currency ${at + 1}`}
                  maxLength={3}
                  w={80}
                  value={currency}
                  onChange={(event) => change(at, { currency: event.currentTarget.value.toUpperCase() })}
                />
              </td>
              <td>
                <TextInput
                  aria-label={`Price in ${currency || `currency ${at + 1}`}`}
                  inputMode="decimal"
                  placeholder="100.00"
                  value={major}
                  onChange={(event) => change(at, { major: event.currentTarget.value })}
                />
              </td>
              <td>
                <Button
                  variant="default"
                  disabled={prices.length === 1}
                  onClick={() => set(prices.filter((_, index) => index !== at))}
                >
                  Remove {currency}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button variant="default" onClick={() => set([...prices, { currency: '', major: '' }])}>
        Add a currency
      </Button>
    </fieldset>
  );
}

/** What comes beside the credits that are paid for. */
const bonusOf = (item?: Item) => ({
  bonusCredits: item?.bonusCredits ?? null,
  bonusExpireAfterDays: item?.bonusExpireAfterDays ?? null,
});

interface BonusProps {
  readonly bonus: ReturnType<typeof bonusOf>;
  readonly set: (bonus: ReturnType<typeof bonusOf>) => void;
}

function Bonus({ bonus, set }: BonusProps) {
  const { bonusCredits, bonusExpireAfterDays } = bonus;
  return (
    <>
      <NumberInput
        label="Bonus credits"
        description="Given beside those that are paid for. Empty: none"
        min={1}
        allowDecimal={false}
        value={bonusCredits ?? ''}
        onChange={(value) => set(value === '' ? bonusOf() : { ...bonus, bonusCredits: Number(value) })}
      />
      {bonusCredits !== null && (
        <NumberInput
          label="The bonus expires after days"
          description="Empty: never"
          min={1}
          allowDecimal={false}
          value={bonusExpireAfterDays ?? ''}
          onChange={(value) =>
            set({ bonusCredits, bonusExpireAfterDays: value === '' ? null : Number(value) })
          }
        />
      )}
    </>
  );
}

export function EditPackage({ item, done }: { readonly item?: Item; readonly done: () => void }) {
  const act = useAct();
  const [id, setId] = useState(item?.id ?? '');
  const [name, setName] = useState(item?.name ?? '');
  const [credits, setCredits] = useState(item?.credits ?? 100);
  const [prices, setPrices] = useState(pricesOf(item));
  const [days, setDays] = useState<number | null>(item?.creditsExpireAfterDays ?? null);
  const [bonus, setBonus] = useState(bonusOf(item));
  const [active, setActive] = useState(item?.active ?? true);
  const [checked, setChecked] = useState<string | null>(null);
  const [seen] = useState({ package: item ? shown(item) : null });
  const changed = changes(item, credits, prices, bonus.bonusCredits);
  // What was looked at is these lines: another price after that is to be looked at again.
  const lines = changed.join('\n');
  const save = async () => {
    const given = inMinor(prices);
    if (new Set(given.map(({ currency }) => currency)).size < given.length)
      throw new Error('A currency stands there twice.');
    if (lines && checked !== lines) throw new Error('Tick that you have checked what buyers pay.');
    const input = {
      id,
      name,
      credits,
      prices: given,
      creditsExpireAfterDays: days,
      ...bonus,
      active,
      seen,
    };
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
      <Prices prices={prices} set={setPrices} />
      <NumberInput
        label="Credits expire after days"
        description="Empty: never"
        min={1}
        allowDecimal={false}
        value={days ?? ''}
        onChange={(value) => setDays(value === '' ? null : Number(value))}
      />
      <Bonus bonus={bonus} set={setBonus} />
      <Switch label="On sale" checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />
      {changed.length > 0 && (
        <section aria-label="What buyers will pay">
          <ul className="changes">
            {changed.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <label>
            <input
              type="checkbox"
              checked={checked === lines}
              onChange={(event) => setChecked(event.currentTarget.checked ? lines : null)}
            />{' '}
            I have checked what buyers pay
          </label>
        </section>
      )}
    </Confirm>
  );
}
