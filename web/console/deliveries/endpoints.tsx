import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import {
  DeleteEndpointDocument,
  type EndpointRowFragment,
  EndpointsDocument,
  RotateEndpointDocument,
  TestEndpointDocument,
  UpdateEndpointDocument,
} from '../../gql/graphql';
import { Confirm, refused, told, useAct } from '../parts/act';
import { Card, Facts, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Time } from '../parts/values';
import { useSession } from '../session';
import { NewEndpoint } from './new-endpoint';
import { Secret } from './secret';

export function Screen() {
  const [secret, setSecret] = useState<string | null>(null);
  const [{ data, error }, read] = useQuery({ query: EndpointsDocument, variables: {} });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const endpoints = data?.admin?.webhookEndpoints;
  const made = (next: string | null | undefined) => {
    setSecret(next ?? null);
    refresh();
  };
  return (
    <Page title="Endpoints" actions={<NewEndpoint made={made} />}>
      <Secret title="The signing secret" secret={secret} close={() => setSecret(null)} />
      {error && <Trouble error={error} again={refresh} />}
      {!endpoints && !error && <Loading rows={3} />}
      {endpoints?.length === 0 && (
        <Empty
          title="No endpoints"
          text="Add your back end's address to hear of payments and credits, signed."
        />
      )}
      {endpoints?.map((endpoint) => (
        <Endpoint key={endpoint.id} endpoint={endpoint} changed={refresh} rotated={made} />
      ))}
    </Page>
  );
}

interface EndpointProps {
  readonly endpoint: EndpointRowFragment;
  readonly changed: () => void;
  readonly rotated: (secret: string | null | undefined) => void;
}

function Endpoint({ endpoint, changed, rotated }: EndpointProps) {
  const { may } = useSession();
  const act = useAct();
  const { id, url } = endpoint;
  const run = (work: () => Promise<unknown>, message: string) =>
    work().then(() => {
      told(message);
      changed();
    }, refused);
  return (
    <Card title={url} aside={<Link href={`/deliveries?endpoint=${id}`}>Deliveries</Link>}>
      <Facts
        items={[
          ['Events', endpoint.events.join(', ')],
          ['About', endpoint.description],
          ['Failing since', endpoint.failingSince && <Time key="since" at={endpoint.failingSince} long />],
          ['Created', <Time key="created" at={endpoint.createdAt} long />],
        ]}
      />
      {may(UpdateEndpointDocument) && (
        <div className="actions pad">
          <Switch
            label="On"
            checked={endpoint.enabled}
            onChange={(event) =>
              void run(
                () => act(UpdateEndpointDocument, { input: { id, enabled: event.currentTarget.checked } }),
                'Saved.',
              )
            }
          />
          <Confirm
            sends={TestEndpointDocument}
            button="Send a test"
            title="Send a test?"
            confirm="Send"
            act={() =>
              act(TestEndpointDocument, { input: { id } }).then(() => told('A test.ping is on its way.'))
            }
          >
            <p>{url} gets a test.ping, signed like everything else.</p>
          </Confirm>
          <Confirm
            sends={RotateEndpointDocument}
            button="Rotate secret"
            title="Make a new secret?"
            confirm="Make it"
            act={async () => rotated((await act(RotateEndpointDocument, { input: { id } })).secret)}
          >
            <p>The old one signs too for 24 hours, so that you can change over without a gap.</p>
          </Confirm>
          <Confirm
            sends={DeleteEndpointDocument}
            button="Delete"
            title="Delete this endpoint?"
            confirm="Delete"
            danger
            act={() => run(() => act(DeleteEndpointDocument, { input: { id } }), 'Deleted.')}
          >
            <p>{url} hears nothing any more, also not what is still waiting.</p>
          </Confirm>
        </div>
      )}
    </Card>
  );
}
