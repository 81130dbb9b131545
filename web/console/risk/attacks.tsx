// Attack mode as an operator sees it: whether one goes on and what is stricter meanwhile, what was tried in a day, and earlier ones.
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { AttacksDocument, type AttacksQuery } from '../../gql/risk/graphql';
import { useFeed } from '../feed';
import { Card, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { Status, Time } from '../parts/values';
import { SIGNS } from './signs';
import { Stricter } from './stricter';
import { Tries } from './tries';

export type Attack = NonNullable<AttacksQuery['admin']>['riskAttacks'][number];

// As often as the gateway itself looks, and half as often as a minute has news.
const EVERY_MS = 30_000;

export function Screen() {
  const [{ data, error }, read] = useQuery({ query: AttacksDocument, variables: {} });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.topic === 'risk' && refresh());
  useEffect(() => {
    const timer = setInterval(() => read({ requestPolicy: 'network-only' }), EVERY_MS);
    return () => clearInterval(timer);
  }, [read]);
  const attacks = data?.admin?.riskAttacks;
  const now = attacks?.find(({ endedAt }) => endedAt === null) ?? null;
  return (
    <Page title="Attacks">
      {error && !data && <Trouble error={error} again={refresh} />}
      {!attacks && !error && <Loading rows={3} />}
      {attacks && <Now now={now} last={attacks[0] ?? null} />}
      <Tries now={now} />
      {attacks && <Past attacks={attacks} />}
    </Page>
  );
}

function Now({ now, last }: { readonly now: Attack | null; readonly last: Attack | null }) {
  if (!now)
    return (
      <Card title="No attack goes on">
        <p className="quiet pad">
          {last?.endedAt ? (
            <>
              The last one ended <Time at={last.endedAt} />.{' '}
            </>
          ) : null}
          One is noticed in ten seconds, when declines, or declines of cards never seen, leave what is usual;
          it ends after 15 quiet minutes.
        </p>
      </Card>
    );
  return (
    <>
      <dl className="figures">
        {[
          ['Goes on since', <Time key="since" at={now.startedAt} />],
          ['Noticed by', SIGNS[now.sign]],
          ['Seen in five minutes', now.seen.toLocaleString()],
          ['Usual at most', now.usualMost.toLocaleString()],
        ].map(([name, value]) => (
          <div key={String(name)}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Stricter />
    </>
  );
}

const MINUTE_MS = 60_000;

function lasted({ startedAt, endedAt }: Attack): string {
  if (!endedAt) return 'goes on';
  const minutes = Math.max(1, Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / MINUTE_MS));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function Past({ attacks }: { readonly attacks: readonly Attack[] }) {
  if (attacks.length === 0)
    return (
      <Empty
        title="There was no attack"
        text="Each one is kept here, with what was seen and how long it went on."
      />
    );
  return (
    <Card title="Attacks so far">
      <Table
        label="Attacks so far"
        rows={attacks}
        keyOf={(row) => row.id}
        columns={[
          { title: 'Began', cell: (row) => <Time at={row.startedAt} /> },
          {
            title: 'Lasted',
            cell: (row) => (row.endedAt ? lasted(row) : <Status value="open" />),
            card: 'head',
          },
          { title: 'Noticed by', cell: (row) => SIGNS[row.sign] },
          { title: 'Seen', cell: (row) => row.seen.toLocaleString(), right: true },
          { title: 'Usual at most', cell: (row) => row.usualMost.toLocaleString(), right: true },
          { title: 'Ended', cell: (row) => <Time at={row.endedAt} />, right: true, wide: true },
        ]}
      />
    </Card>
  );
}
