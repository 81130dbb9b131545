import { type ReactNode, useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { PaymentDocument, type PaymentQuery } from '../../gql/graphql';
import { useFeed } from '../feed';
import { isSharedWallet, pageOfOwner } from '../parts/find';
import { Card, Facts, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Called, Id, MetadataOf, Time, words } from '../parts/values';
import { Signals } from '../risk/signals';
import { BoughtBy, BoughtFor } from '../wallets/of-payment';
import { Actions } from './actions';
import { Truth } from './columns';
import { Note } from './note';
import { Refunds } from './refunds';
import { Timeline } from './timeline';

export type Payment = NonNullable<PaymentQuery['intent']>;

export function Screen({ params }: { readonly params: { readonly id?: string } }) {
  const id = decodeURIComponent(params.id ?? '');
  const [{ data, error }, read] = useQuery({ query: PaymentDocument, variables: { id } });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => {
    if (event.subject?.id === id || event.topic === 'webhooks') refresh();
  });
  const back = { href: '/payments', text: 'Payments' };
  if (error && !data) return <Trouble error={error} again={refresh} />;
  if (!data) return <Loading />;
  const payment = data.intent;
  if (!payment)
    return (
      <Page title="Payment" back={back}>
        <Empty title="No payment has this id" text={id} />
      </Page>
    );
  const title = (
    <>
      <span className="amount">{payment.amount.formatted}</span> <Truth row={payment} />
    </>
  );
  return (
    <Page title={title} back={back} actions={<Actions payment={payment} done={refresh} />}>
      <div className="columns">
        <div>
          {payment.failure && payment.status !== 'succeeded' && (
            <p className="failure">
              {payment.failure.message} <code>{payment.failure.declineCode ?? payment.failure.code}</code>
            </p>
          )}
          <Card title="Timeline">
            <Timeline events={payment.timeline.nodes} />
            <Note paymentId={payment.id} done={refresh} />
          </Card>
          <Signals signals={payment.riskSignals} score={payment.riskScore} />
          <Refunds payment={payment} />
          <Raw payment={payment} />
        </div>
        <Side payment={payment} />
      </div>
    </Page>
  );
}

/** A user; or a shared wallet, and who bought for it. */
function whose({ userId, user, timeline }: Payment): readonly (readonly [string, ReactNode])[] {
  if (!isSharedWallet(userId))
    return [
      [
        'User',
        <Link key="user" href={pageOfOwner(userId)}>
          <Called user={{ userId, user }} />
        </Link>,
      ],
    ];
  const actor = timeline.nodes.find(({ kind }) => kind === 'created')?.actor;
  return [
    ['Wallet', <BoughtFor key="wallet" id={userId} />],
    ['Bought by', actor && <BoughtBy key="buyer" id={userId} actor={actor} />],
  ];
}

function Side({ payment }: { readonly payment: Payment }) {
  const { paymentMethod: method } = payment;
  return (
    <Card title="Details">
      <Facts
        items={[
          ...whose(payment),
          ['E-mail', payment.user?.email],
          ['Bought', `${payment.packageName}, ${payment.creditsAmount} credits`],
          ['Credits added', payment.creditsAdded],
          ['Refunded', payment.refundedAmount.amountMinor === '0' ? null : payment.refundedAmount.formatted],
          ['Bought nothing', payment.unapplied.map(({ formatted }) => formatted).join(', ') || null],
          ['Provider', `${payment.provider}${payment.mock ? ', simulated' : ''}`],
          ['Provider says', payment.providerStatus && words(payment.providerStatus)],
          [
            'Paid with',
            method &&
              [method.kind, method.brand, method.last4 && `•••• ${method.last4}`].filter(Boolean).join(' '),
          ],
          [
            'Receipt',
            payment.receiptPath && (
              <a key="receipt" href={payment.receiptPath} target="_blank" rel="noreferrer">
                Open
              </a>
            ),
          ],
          ['Attempts', payment.attemptCount],
          ['Created', <Time key="created" at={payment.createdAt} long />],
          ['Completed', <Time key="completed" at={payment.completedAt} long />],
          [
            'Expires',
            payment.status === 'pending' ? <Time key="expires" at={payment.expiresAt} long /> : null,
          ],
          ['Payment', <Id key="id" value={payment.id} />],
          ["Provider's intent", <Id key="intent" value={payment.providerIntentId} />],
          ["Provider's payment", <Id key="payment" value={payment.providerPaymentId} />],
          ['Idempotency key', <Id key="key" value={payment.idempotencyKey} />],
          [
            'Reference',
            payment.reference && <Id key="reference" value={payment.reference} name="reference" />,
          ],
          ['Metadata', payment.metadata && <MetadataOf key="metadata" value={payment.metadata} />],
          ['Risk', payment.riskDecision && `${words(payment.riskDecision)}, ${payment.riskScore} of 100`],
          ['Device', <Id key="device" value={payment.fingerprintId} />],
        ]}
      />
    </Card>
  );
}

function Raw({ payment }: { readonly payment: Payment }) {
  const [isOpen, open] = useState(false);
  return (
    <details className="raw" onToggle={(event) => open(event.currentTarget.open)}>
      <summary>Everything as JSON</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      {isOpen && <pre tabIndex={0}>{JSON.stringify(payment, null, 2)}</pre>}
    </details>
  );
}
