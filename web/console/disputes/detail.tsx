import { Button } from '@mantine/core';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { DisputeDetailDocument, type DisputeDetailQuery } from '../../gql/disputes/graphql';
import { useFeed } from '../feed';
import { pageOfOwner, wordOfOwner } from '../parts/find';
import { Card, Facts, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Id, Status, Time, words } from '../parts/values';
import { Timeline } from '../payments/timeline';
import { Accept } from './accept';
import { Answer } from './answer';
import { Credits } from './credits';
import { daysLeft } from './deadline';

export type Dispute = Extract<NonNullable<DisputeDetailQuery['node']>, { readonly respondBy?: unknown }>;

/** One complaint at a bank: what is at stake, until when, and the answer to it. */
export function Screen({ params }: { readonly params: { readonly id?: string } }) {
  const id = decodeURIComponent(params.id ?? '');
  const [{ data, error }, read] = useQuery({ query: DisputeDetailDocument, variables: { id } });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const dispute = data?.node && 'respondBy' in data.node ? (data.node as Dispute) : null;
  useFeed((event) => {
    if (event.topic === 'risk' || event.subject?.id === dispute?.intent.id) refresh();
  });
  const back = { href: '/disputes', text: 'Disputes' };
  if (error && !data) return <Trouble error={error} again={refresh} />;
  if (!data) return <Loading />;
  if (!dispute)
    return (
      <Page title="Dispute" back={back}>
        <Empty title="No dispute has this id" text={id} />
      </Page>
    );
  const title = (
    <>
      <span className="amount">{dispute.amount.formatted}</span> <Status value={dispute.status} />
    </>
  );
  return (
    <Page title={title} back={back} actions={<Actions dispute={dispute} done={refresh} />}>
      <Standing dispute={dispute} />
      <div className="columns">
        <div>
          {dispute.evidence && <Answer key={dispute.id} dispute={dispute} done={refresh} />}
          <Answers dispute={dispute} />
          <Card title="Timeline of the payment">
            <Timeline events={dispute.intent.timeline.nodes} />
          </Card>
        </div>
        <div>
          <Side dispute={dispute} />
          <Credits dispute={dispute} />
        </div>
      </div>
    </Page>
  );
}

function Actions({ dispute, done }: { readonly dispute: Dispute; readonly done: () => void }) {
  return (
    <>
      {dispute.dashboardUrl && (
        <Button component="a" variant="default" href={dispute.dashboardUrl} target="_blank" rel="noreferrer">
          Open at {words(dispute.provider)}
        </Button>
      )}
      {dispute.evidence && dispute.needsAnswer && <Accept dispute={dispute} done={done} />}
    </>
  );
}

/** What is to do, in one sentence. */
function Standing({ dispute }: { readonly dispute: Dispute }) {
  const { status, needsAnswer, respondBy, dashboardUrl, evidence } = dispute;
  const until = respondBy ? ` ${sentence(daysLeft(respondBy, Date.now()))}` : '';
  const text = {
    won: 'The bank has decided for you: the money and the credits are back.',
    lost: 'The bank has decided for the payer: the money and the credits are gone.',
    closed: 'It ended without a loss.',
    inquiry: needsAnswer
      ? `The bank asks, and has taken nothing.${until}`
      : 'It was answered. The bank decides.',
    open: needsAnswer ? `The bank waits for your answer.${until}` : 'It was answered. The bank decides.',
  }[status];
  return (
    <p className={needsAnswer ? 'standing busy' : 'standing'} role="status">
      {text}
      {needsAnswer && !evidence && dashboardUrl && ' It is answered in the dashboard of the provider.'}
    </p>
  );
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function Side({ dispute }: { readonly dispute: Dispute }) {
  const { intent } = dispute;
  return (
    <Card title="Details">
      <Facts
        items={[
          ['Reason', dispute.reason && words(dispute.reason)],
          ['Answer by', <Time key="by" at={dispute.respondBy} long />],
          ['Disputed', dispute.amount.formatted],
          ['Withdrawn by the provider', dispute.amountWithdrawn.formatted],
          ['Paid', intent.amount.formatted],
          [
            'Payment',
            <Link key="payment" href={`/payments/${intent.id}`}>
              {intent.packageName}, {intent.creditsAmount} credits
            </Link>,
          ],
          [
            wordOfOwner(intent.userId),
            <Link key="user" href={pageOfOwner(intent.userId)}>
              {intent.userId}
            </Link>,
          ],
          ['Paid on', <Time key="paid" at={intent.completedAt} long />],
          ['Opened', <Time key="opened" at={dispute.openedAt} long />],
          ['Decided', <Time key="closed" at={dispute.closedAt} long />],
          ['Dispute', <Id key="id" value={dispute.id} />],
          ["Provider's dispute", <Id key="theirs" value={dispute.providerDisputeId} />],
          ["Provider's payment", <Id key="pid" value={intent.providerPaymentId} />],
        ]}
      />
    </Card>
  );
}

const SAID: Readonly<Record<string, string>> = {
  asked: 'on its way',
  done: 'delivered',
  refused: 'rejected',
};

/** What was sent, and what became of it. */
function Answers({ dispute: { answers } }: { readonly dispute: Dispute }) {
  if (!answers || answers.length === 0) return null;
  return (
    <Card title="Answers">
      {answers.map((answer) => (
        <article key={answer.askedAt} className="answer">
          <p>
            <b>{answer.kind === 'accept' ? 'Accepted' : 'Evidence'}</b>{' '}
            <Status value={SAID[answer.status] ?? answer.status} />{' '}
            <span className="quiet">
              <Time at={answer.askedAt} long /> · {answer.askedBy}
            </span>
          </p>
          <p className="words">{answer.text}</p>
          {answer.files.length > 0 && (
            <p className="quiet">
              {answer.files.map(({ kind, name }) => `${name} (${words(kind)})`).join(', ')}
            </p>
          )}
          {answer.lastError && <p className="bad">{answer.lastError}</p>}
        </article>
      ))}
    </Card>
  );
}
