import { Text } from '@mantine/core';
import { useState } from 'react';
import { type DeliverySelector, ResendDocument } from '../../gql/graphql';
import { Confirm, type Looked, told, useAct } from '../parts/act';

interface ResendProps {
  readonly button: string;
  readonly select: DeliverySelector;
  readonly done: () => void;
}

/** Sends again; first it says how many. */
export function Resend({ button, select, done }: ResendProps) {
  const act = useAct();
  const [counted, setCounted] = useState<number | null>(null);
  const resend = async (): Promise<Looked | null> => {
    const { matched, queued } = await act(ResendDocument, { input: { select, dryRun: counted === null } });
    if (counted === null) {
      setCounted(matched);
      return {
        looked:
          matched === 1
            ? 'It is 1 delivery. Confirm to send it.'
            : `These are ${matched} deliveries. Confirm to send them.`,
      };
    }
    setCounted(null);
    told(`${queued} of ${matched} are sent again.`);
    done();
    return null;
  };
  return (
    <Confirm
      sends={ResendDocument}
      button={button}
      title="Send again?"
      confirm={counted === null ? 'Count them' : `Send ${counted}`}
      act={resend}
    >
      <Text size="sm">The receiver sees the same id as the first time, so that it can tell a repeat.</Text>
    </Confirm>
  );
}
