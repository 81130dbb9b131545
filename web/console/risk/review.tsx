import { useHotkeys } from '@mantine/hooks';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { NextReviewsDocument, RiskReviewOfDocument, type RiskReviewOfQuery } from '../../gql/risk/graphql';
import { useFeed } from '../feed';
import { pageOfOwner, wordOfOwner } from '../parts/find';
import { Card, Facts, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { Id, Status, Time, words } from '../parts/values';
import { Note } from '../payments/note';
import { Timeline } from '../payments/timeline';
import { Decide } from './decide';
import { Due } from './due';
import { Signals } from './signals';

export type Review = Extract<NonNullable<RiskReviewOfQuery['node']>, { intent: unknown }>;

const BACK = { href: '/reviews', text: 'Reviews' };

/** One purchase that waits: why, what is known beside it, and the two ways on. */
export function Screen({ params }: { readonly params: { readonly id?: string } }) {
  const id = decodeURIComponent(params.id ?? '');
  const [{ data, error }, read] = useQuery({ query: RiskReviewOfDocument, variables: { id } });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const review = data?.node && 'intent' in data.node ? (data.node as Review) : null;
  useFeed((event) => {
    if (event.topic === 'risk' || event.subject?.id === review?.intent.id) refresh();
  });
  if (error && !data) return <Trouble error={error} again={refresh} />;
  if (!data) return <Loading />;
  if (!review)
    return (
      <Page title="Review" back={BACK}>
        <Empty title="No review has this id" text={id} />
      </Page>
    );
  const title = (
    <>
      <span className="amount">{review.intent.amount.formatted}</span> <Status value={review.status} />
    </>
  );
  return (
    <Page
      title={title}
      back={BACK}
      actions={
        <>
          <Next after={review} />
          <Decide review={review} done={refresh} />
        </>
      }
    >
      <div className="columns">
        <div>
          <Signals signals={review.signals} score={review.score} />
          <Related review={review} />
          <Card title="Timeline of the purchase">
            <Timeline events={review.intent.timeline.nodes} />
            <Note paymentId={review.intent.id} done={refresh} />
          </Card>
        </div>
        <Side review={review} />
      </div>
    </Page>
  );
}

/** On to what is due next, once this one is decided: by key too. */
function Next({ after }: { readonly after: Review }) {
  const isDecided = after.status !== 'open';
  const [, navigate] = useLocation();
  const [{ data }] = useQuery({ query: NextReviewsDocument, variables: {}, pause: !isDecided });
  const next = data?.admin?.riskReviews.nodes.find(({ id }) => id !== after.id);
  const href = next && isDecided ? `/reviews/${next.id}` : null;
  useHotkeys(href ? [['n', () => navigate(href)]] : []);
  if (!href) return null;
  return (
    <Link href={href} aria-keyshortcuts="n">
      Next review <kbd className="wide">n</kbd>
    </Link>
  );
}

/** Whoever else used the card, the device or the address. */
function Related({ review }: { readonly review: Review }) {
  const rows = review.relatedIntents;
  if (rows.length === 0) return null;
  return (
    <Card title="Related purchases">
      <Table
        label="Related purchases"
        rows={rows}
        keyOf={(row) => row.intent.id}
        hrefOf={(row) => `/payments/${row.intent.id}`}
        columns={[
          {
            title: 'Amount',
            cell: (row) => <b className="amount">{row.intent.amount.formatted}</b>,
            right: true,
          },
          { title: 'Status', cell: (row) => <Status value={row.intent.status} />, card: 'head' },
          { title: 'User', cell: (row) => row.intent.userId },
          { title: 'Shares', cell: (row) => row.sharedBy.map(words).join(', ') },
          { title: 'Created', cell: (row) => <Time at={row.intent.createdAt} />, right: true, wide: true },
        ]}
      />
    </Card>
  );
}

function Side({ review }: { readonly review: Review }) {
  const { intent } = review;
  const { paymentMethod: method } = intent;
  return (
    <Card title="Details">
      <Facts
        items={[
          ['Why', words(review.reason)],
          ['Score', `${review.score} of 100`],
          ['Decide by', review.dueAt && <Due key="due" at={review.dueAt} />],
          ['Credits frozen', review.frozenCredits],
          [
            wordOfOwner(intent.userId),
            <Link key="user" href={pageOfOwner(intent.userId)}>
              {intent.userId}
            </Link>,
          ],
          [
            'Purchase',
            <Link key="purchase" href={`/payments/${intent.id}`}>
              {intent.packageName}, {intent.creditsAmount} credits
            </Link>,
          ],
          ['Provider', intent.provider],
          [
            'Paid with',
            method &&
              [method.kind, method.brand, method.last4 && `•••• ${method.last4}`].filter(Boolean).join(' '),
          ],
          ['Left to refund', intent.refundPreview?.left.formatted ?? 'Nothing'],
          ['Opened', <Time key="opened" at={review.openedAt} long />],
          ['Decided', review.decidedAt && <Time key="decided" at={review.decidedAt} long />],
          ['Decided by', review.decidedBy],
          ['Note', review.note],
          ['Review', <Id key="id" value={review.id} />],
        ]}
      />
    </Card>
  );
}
