import { NumberInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import {
  SaveOperationFromConsoleDocument,
  SaveRateFromConsoleDocument,
  type UsageOfAllQuery,
} from '../gql/graphql';
import { Confirm, told, useAct } from './parts/act';

type Operation = UsageOfAllQuery['operations'][number];

const MICRO = 1_000_000;
const microOf = (credits: number) => String(Math.round(credits * MICRO));

interface AmountProps {
  readonly label: string;
  readonly value: number;
  readonly set: (value: number) => void;
  readonly min?: number;
  readonly scale?: number;
}

const Amount = ({ label, value, set, min = 0, scale = 6 }: AmountProps) => (
  <NumberInput
    label={label}
    min={min}
    decimalScale={scale}
    value={value}
    onChange={(given) => set(Number(given) || min)}
  />
);

/** A new operation, or what one is called. */
export function EditOperation({ done }: { readonly done: () => void }) {
  const act = useAct();
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [unit, setUnit] = useState('token');
  const [active, setActive] = useState(true);
  const save = async () => {
    await act(SaveOperationFromConsoleDocument, { input: { code, name, unit, active } });
    told(`${name} is saved. Nothing of it can be used before it has a rate.`);
    done();
  };
  return (
    <Confirm
      sends={SaveOperationFromConsoleDocument}
      button="Save operation"
      title="Add an operation, or change one"
      confirm="Save"
      act={save}
    >
      <TextInput
        label="Code"
        description="Small letters, digits, - _ and dots; it stays."
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <TextInput label="Unit" value={unit} onChange={(event) => setUnit(event.currentTarget.value)} />
      <Switch
        label="May be used"
        checked={active}
        onChange={(event) => setActive(event.currentTarget.checked)}
      />
    </Confirm>
  );
}

/** The next rate of an operation. */
export function EditRate({ item, done }: { readonly item: Operation; readonly done: () => void }) {
  const act = useAct();
  const last = item.rate;
  const [flat, setFlat] = useState(Number(last?.flatMicro ?? 0) / MICRO);
  const [perUnit, setPerUnit] = useState(Number(last?.microPerUnit ?? 0) / MICRO);
  const [units, setUnits] = useState(Number(last?.perUnits ?? 1));
  const [minimum, setMinimum] = useState(Number(last?.minimumMicro ?? 0) / MICRO);
  const save = async () => {
    const amounts = {
      flatMicro: microOf(flat),
      microPerUnit: microOf(perUnit),
      minimumMicro: microOf(minimum),
    };
    await act(SaveRateFromConsoleDocument, {
      input: { operation: item.code, perUnits: String(units), ...amounts },
    });
    told(last ? 'The new rate is in force in a minute.' : 'The rate is in force.');
    done();
  };
  return (
    <Confirm
      sends={SaveRateFromConsoleDocument}
      button="Next rate"
      title={`What ${item.name} costs, in credits`}
      confirm="Save"
      act={save}
    >
      <Amount label="Each use" value={flat} set={setFlat} />
      <Amount label={`For so many ${item.unit} as below`} value={perUnit} set={setPerUnit} />
      <Amount label={`How many ${item.unit}`} value={units} set={setUnits} min={1} scale={0} />
      <Amount label="A use costs at least" value={minimum} set={setMinimum} />
    </Confirm>
  );
}
