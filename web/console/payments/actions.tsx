import { Button, Menu, Text } from '@mantine/core';
import { useQuery } from 'urql';
import {
  CancelPaymentDocument,
  OutcomesDocument,
  type SimulatedOutcome,
  SimulatePaymentDocument,
  SyncPaymentDocument,
} from '../../gql/graphql';
import { Confirm, refused, told, useAct } from '../parts/act';
import { words } from '../parts/values';
import { useSession } from '../session';
import type { Payment } from './detail';
import { Refund } from './refund';

interface ActionsProps {
  readonly payment: Payment;
  readonly done: () => void;
}

export function Actions({ payment, done }: ActionsProps) {
  const { may, isMock } = useSession();
  const act = useAct();
  const isOpen = payment.status === 'pending' || payment.status === 'processing';
  const sync = async () => {
    try {
      await act(SyncPaymentDocument, { input: { id: payment.id } });
      told('The provider was asked.');
      done();
    } catch (error) {
      refused(error);
    }
  };
  return (
    <>
      {isMock && may(SimulatePaymentDocument) && <Simulate payment={payment} done={done} />}
      {may(SyncPaymentDocument) && (
        <Button variant="default" onClick={sync}>
          Sync with provider
        </Button>
      )}
      {isOpen && (
        <Confirm
          sends={CancelPaymentDocument}
          button="Cancel payment"
          title="Cancel this payment?"
          confirm="Cancel payment"
          danger
          act={async () => {
            await act(CancelPaymentDocument, { input: { id: payment.id, reason: 'by an operator' } });
            done();
          }}
        >
          <Text size="sm">
            {payment.userId} cannot pay {payment.amount.formatted} any more. Money that still comes goes back.
          </Text>
        </Confirm>
      )}
      {payment.status === 'succeeded' && <Refund payment={payment} done={done} />}
    </>
  );
}

function Simulate({ payment, done }: ActionsProps) {
  const act = useAct();
  const [{ data }] = useQuery({ query: OutcomesDocument, variables: {} });
  const play = async (outcome: string) => {
    try {
      await act(SimulatePaymentDocument, {
        input: { id: payment.id, outcome: outcome as SimulatedOutcome, delayMs: 0 },
      });
      told(`Played: ${words(outcome)}.`);
    } catch (error) {
      refused(error);
    }
    done();
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default">Simulate</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {data?.__type?.enumValues?.map(({ name }) => (
          <Menu.Item key={name} onClick={() => void play(name)}>
            {words(name)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
