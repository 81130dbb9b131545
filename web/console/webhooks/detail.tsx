import { Button } from '@mantine/core';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { ReplayEventsDocument, WebhookEventByIdDocument } from '../../gql/graphql';
import { refused, told, useAct } from '../parts/act';
import { Attempts } from '../parts/attempts';
import { Card, Facts, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Id, Status, Time } from '../parts/values';
import { useSession } from '../session';

// The first attempt follows within a second or two.
const LOOK_AGAIN_MS = 1_500;

export function Screen({ params }: { readonly params: { readonly id?: string } }) {
  const act = useAct();
  const { may } = useSession();
  const [{ data, error }, read] = useQuery({
    query: WebhookEventByIdDocument,
    variables: { id: params.id ?? '' },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  if (error && !data) return <Trouble error={error} again={refresh} />;
  if (!data) return <Loading />;
  const back = { href: '/webhooks', text: 'Webhook events' };
  const event = data.node && 'type' in data.node ? data.node : null;
  if (!event)
    return (
      <Page title="Webhook event" back={back}>
        <Empty title="No event has this id" text={params.id} />
      </Page>
    );
  const replay = async () => {
    try {
      const { queued } = await act(ReplayEventsDocument, {
        input: { select: { ids: [event.id] }, dryRun: false },
      });
      told(queued ? 'It is worked again.' : 'It is being worked at this moment.');
      setTimeout(refresh, LOOK_AGAIN_MS);
    } catch (problem) {
      refused(problem);
    }
  };
  const title = (
    <>
      {event.type} <Status value={event.status} />
    </>
  );
  return (
    <Page
      title={title}
      back={back}
      actions={
        may(ReplayEventsDocument) && (
          <Button variant="default" onClick={replay}>
            Replay
          </Button>
        )
      }
    >
      <div className="columns">
        <div>
          <Card title="Attempts">
            <Attempts attempts={event.attempts} next={event.nextAttemptAt} />
          </Card>
          <Card title="Payload">
            {event.payload === null || event.payload === undefined ? (
              <p className="quiet pad">The payload is shown to finance.</p>
            ) : (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
              <pre tabIndex={0}>{JSON.stringify(event.payload, null, 2)}</pre>
            )}
          </Card>
        </div>
        <Card title="Details">
          <Facts
            items={[
              [
                'Payment',
                event.intent && (
                  <Link key="intent" href={`/payments/${event.intent.id}`}>
                    {event.intent.id}
                  </Link>
                ),
              ],
              ['Provider', event.provider],
              ['Signature', 'checked before it was stored'],
              ['Repeats', event.duplicateCount],
              ['Received', <Time key="received" at={event.receivedAt} long />],
              ['Worked', <Time key="worked" at={event.processedAt} long />],
              ["Provider's id", <Id key="theirs" value={event.providerEventId} />],
              ['Event', <Id key="ours" value={event.id} />],
            ]}
          />
        </Card>
      </div>
    </Page>
  );
}
