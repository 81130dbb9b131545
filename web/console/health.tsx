import { useEffect } from 'react';
import { useQuery } from 'urql';
import { GatewayHealthDocument, type GatewayHealthQuery } from '../gql/graphql';
import { Card, Facts, Page } from './parts/page';
import { Loading, Trouble } from './parts/states';
import { Table } from './parts/table';
import { words } from './parts/values';

type Check = NonNullable<GatewayHealthQuery['admin']>['health']['checks'][number];

// Often enough to watch something come back, seldom enough to be no load.
const LOOK_EVERY_MS = 5_000;

export function Screen() {
  const [{ data, error, fetching }, read] = useQuery({ query: GatewayHealthDocument });
  useEffect(() => {
    const timer = setInterval(() => read({ requestPolicy: 'network-only' }), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [read]);
  const health = data?.admin?.health;
  const isLimit = ({ name }: { readonly name: string }) => name.startsWith('limit_of_');
  return (
    <Page title="Health">
      {error && <Trouble error={error} again={() => read({ requestPolicy: 'network-only' })} />}
      {!health && fetching && <Loading rows={4} />}
      {health && !error && (
        <>
          <dl className="figures">
            {[
              ['Gateway', health.ok ? 'well' : 'in trouble'],
              ['Mode', health.mode],
              ['Version', health.version],
              ['Up for', spoken(health.uptimeSeconds)],
            ].map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <Table
            label="Checks"
            rows={health.checks.filter((check) => !isLimit(check))}
            keyOf={(row) => row.name}
            columns={[
              { title: 'Check', cell: (row) => <b>{words(row.name)}</b> },
              { title: 'Result', cell: (row) => <Result ok={row.ok} />, card: 'head' },
              {
                title: 'Latency',
                cell: (row) => (typeof row.latencyMs === 'number' ? `${row.latencyMs} ms` : ''),
                right: true,
              },
              { title: 'Detail', cell: (row) => row.detail ?? '' },
            ]}
          />
          <Limits limits={health.checks.filter(isLimit)} />
        </>
      )}
    </Page>
  );
}

/** How near the limits are at this moment. */
function Limits({ limits }: { readonly limits: readonly Check[] }) {
  const names: Readonly<Record<string, string>> = {
    limit_of_requests: 'Requests, each by its cost',
    limit_of_streams: 'Sockets and streams',
  };
  return (
    <Card title="Limits right now">
      <Facts items={limits.map(({ name, detail }) => [names[name] ?? words(name), detail])} />
    </Card>
  );
}

const Result = ({ ok }: { readonly ok: boolean }) => (
  <span className={`status ${ok ? 'good' : 'bad'}`}>{ok ? 'ok' : 'failed'}</span>
);

/** The two largest units of a time. */
function spoken(seconds: number): string {
  const units: [string, number][] = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3_600) % 24],
    ['min', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ];
  const first = units.findIndex(([, count]) => count > 0);
  const shown = units.slice(Math.max(0, first), Math.max(0, first) + 2);
  return first < 0 ? '0 s' : shown.map(([name, count]) => `${count} ${name}`).join(' ');
}
