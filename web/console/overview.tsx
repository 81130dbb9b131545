import { useMemo } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { OverviewDocument, OverviewNewestDocument, OverviewTroublesDocument } from '../gql/graphql';
import { useFeed } from './feed';
import { Sold } from './finance/sold';
import { Card, Page } from './parts/page';
import { Empty, Loading, Trouble } from './parts/states';
import { Table } from './parts/table';
import { words } from './parts/values';
import { PAYMENT_COLUMNS } from './payments/columns';
import { useSession } from './session';

const DAYS = 30;
// A bank that takes longer than this to decide has usually decided, and the news was lost.
const STUCK_AFTER_MS = 10 * 60_000;

// Beside what needs a person, the table has room for these; the payment and the list have all.
const NEWEST_COLUMNS = PAYMENT_COLUMNS.filter(
  ({ title }) => !['Provider', 'Risk', 'Attempts'].includes(title),
);
const NEWEST = 8;

/**
 * What needs a person, what is new, and what was sold lately. Every number leads to its rows. Each part asks for itself, and has
 * its place before it is there: nothing moves under a hand.
 */
export function Screen() {
  const { mayRead } = useSession();
  const from = useMemo(() => {
    const day = new Date();
    day.setHours(0, 0, 0, 0);
    day.setDate(day.getDate() - DAYS + 1);
    return day;
  }, []);
  return (
    <Page title="Overview" actions={<span className="quiet">Last {DAYS} days</span>}>
      <Figures from={from} />
      <div className="overview">
        <Attention />
        <Newest />
        {mayRead('Admin.metrics') && <Sold from={from} />}
      </div>
    </Page>
  );
}

function Figures({ from }: { readonly from: Date }) {
  const variables = { day: { gte: from.toISOString() } };
  const [{ data, error }, read] = useQuery({ query: OverviewDocument, variables });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.topic === 'intents' && refresh());
  if (error && !data) return <Trouble error={error} again={refresh} />;
  const [started, succeeded, failed] = [data?.started, data?.succeeded, data?.failed].map(
    (counted) => counted?.totalCount,
  );
  const ended = (succeeded ?? 0) + (failed ?? 0);
  const rate = ended === 0 ? '–' : `${Math.round((100 * (succeeded ?? 0)) / ended)}%`;
  const day = `${from.getFullYear()}-${String(from.getMonth() + 1).padStart(2, '0')}-${String(from.getDate()).padStart(2, '0')}`;
  const figures = [
    ['Started', started?.toLocaleString(), `/payments?from=${day}`],
    ['Succeeded', succeeded?.toLocaleString(), `/payments?from=${day}&status=succeeded`],
    ['Failed', failed?.toLocaleString(), `/payments?from=${day}&status=failed`],
    ['Success rate', data && rate, `/payments?from=${day}&status=succeeded,failed`],
  ] as const;
  return (
    <div className="figures">
      {figures.map(([name, value, href]) => (
        <Link key={name} href={href}>
          <span className="name">{name}</span>
          <strong>{value ?? '…'}</strong>
        </Link>
      ))}
    </div>
  );
}

function Newest() {
  const [{ data, error }, read] = useQuery({ query: OverviewNewestDocument, variables: { first: NEWEST } });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.topic === 'intents' && refresh());
  const rows = data?.newest.nodes;
  return (
    <Card title="Newest payments" aside={<Link href="/payments">All payments</Link>} isBusy={!rows && !error}>
      {!rows && (error ? <Trouble error={error} again={refresh} /> : <Loading rows={NEWEST} />)}
      {rows?.length === 0 && (
        <Empty
          title="No payments yet"
          text="The shop at /shop makes the first one, in mock mode without money."
        />
      )}
      {rows && rows.length > 0 && (
        <Table
          label="Newest payments"
          rows={rows}
          columns={NEWEST_COLUMNS}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/payments/${row.id}`}
        />
      )}
    </Card>
  );
}

const DAY_MS = 86_400_000;

/** How long the first of them may still be answered. */
function daysLeft(disputes: readonly { readonly respondBy?: string | null }[]): string {
  const [first] = disputes
    .flatMap(({ respondBy }) => (respondBy ? [Date.parse(respondBy)] : []))
    .sort((a, b) => a - b);
  if (first === undefined) return '';
  const days = Math.floor((first - Date.now()) / DAY_MS);
  if (days < 0) return ', one past its day';
  return days === 0 ? ', one today' : `, the first within ${days + 1} days`;
}

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many);

/** Everything that waits for somebody who may see it; each number is that of the list to which it leads. */
function Attention() {
  const { mayRead } = useSession();
  const stuckBefore = useMemo(() => new Date(Date.now() - STUCK_AFTER_MS).toISOString(), []);
  const [{ data, error }] = useQuery({
    query: OverviewTroublesDocument,
    variables: {
      stuck: { lt: stuckBefore },
      finance: mayRead('Admin.approvals'),
      disputes: mayRead('Admin.disputes'),
    },
  });
  const admin = data?.admin;
  if (!admin)
    return (
      <Card title="Needs a person" isBusy={!error}>
        {error ? <Trouble error={error} /> : <Loading rows={3} />}
      </Card>
    );
  const failing = admin.webhookEndpoints.filter((endpoint) => endpoint.failingSince).length;
  const isAttacked = admin.riskAttack !== null && admin.riskAttack.endedAt === null;
  // Who asked for something is not the second person.
  const mine =
    admin.approvals?.nodes.filter(({ requestedBy }) => requestedBy !== data.viewer?.userId).length ?? 0;
  const disputes = admin.disputes?.totalCount ?? 0;
  const ill = admin.health.checks.filter(({ ok }) => !ok);
  const refunds = admin.failedRefunds.totalCount;
  const breaks = admin.breaks?.totalCount ?? 0;
  const items = [
    [ill.length, `not well: ${ill.map(({ name }) => words(name)).join(', ')}`, '/health'],
    [isAttacked ? 1 : 0, 'attack with stolen cards goes on', '/attacks'],
    [
      disputes,
      `${plural(disputes, 'dispute', 'disputes')} to answer${daysLeft(admin.disputes?.nodes ?? [])}`,
      '/disputes?waits=answer',
    ],
    [mine, plural(mine, 'approval that you may decide', 'approvals that you may decide'), '/approvals'],
    [
      breaks,
      plural(breaks, 'difference to the provider', 'differences to the providers'),
      '/breaks?status=open',
    ],
    [admin.riskReviews.totalCount, 'purchases whose credits are frozen until somebody decides', '/reviews'],
    [data.stuck.totalCount, 'payments processing for more than 10 minutes', '/payments?status=processing'],
    [admin.deadEvents.totalCount, 'webhook events that gave up', '/webhooks?status=dead,quarantined'],
    [admin.deadDeliveries.totalCount, 'deliveries that gave up', '/deliveries?status=dead'],
    [failing, plural(failing, 'endpoint that fails', 'endpoints that fail'), '/endpoints'],
    [refunds, plural(refunds, 'refund that failed', 'refunds that failed'), '/refunds?status=failed'],
  ] as const;
  const needed = items.filter(([count]) => count > 0);
  return (
    <Card title="Needs a person">
      {needed.length === 0 ? (
        <p className="quiet pad">Nothing. Everything that could be settled is settled.</p>
      ) : (
        <ul className="attention">
          {needed.map(([count, text, href]) => (
            <li key={text}>
              <Link href={href}>
                <b>{count}</b> {text}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
