import { Text } from '@mantine/core';
import { useState } from 'react';
import { ReplayEventsDocument, type WebhookEventFilter } from '../../gql/graphql';
import { Confirm, type Looked, told, useAct } from '../parts/act';

/** Works again everything that the list shows. First it says how many that are. */
export function Replay({ filter, done }: { readonly filter: WebhookEventFilter; readonly done: () => void }) {
  const act = useAct();
  const [counted, setCounted] = useState<number | null>(null);
  const replay = async (): Promise<Looked | null> => {
    const input = { select: { filter }, dryRun: counted === null };
    const { matched, queued } = await act(ReplayEventsDocument, { input });
    if (counted === null) {
      setCounted(matched);
      return {
        looked:
          matched === 1
            ? 'It is 1 event. Confirm to work it again.'
            : `These are ${matched} events. Confirm to work them again.`,
      };
    }
    setCounted(null);
    told(`${queued} of ${matched} events are worked again.`);
    done();
    return null;
  };
  return (
    <Confirm
      sends={ReplayEventsDocument}
      button="Replay these"
      title="Replay the events of this list?"
      confirm={counted === null ? 'Count them' : `Replay ${counted}`}
      act={replay}
    >
      <Text size="sm">
        Every event goes through the same handler as the first time and the provider is asked anew, so that
        nothing is granted twice.
      </Text>
    </Confirm>
  );
}
