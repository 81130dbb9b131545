// What /metrics says of all processes together: read from the database when it is asked. Where the database is away these figures are
// missing, and the others are still there.
import { Gauge, type Registry } from 'prom-client';
import type { Deps } from '../graphql/context';
import { type Figures, keptFigures } from '../reports/figures';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

interface Shared {
  readonly help: string;
  readonly labels?: readonly string[];
  readonly samples: (figures: Figures) => readonly Sample[];
}

// One scrape asks once for all of them; two Prometheus servers ask once together.
const KEPT_MS = 2_000;

const SHARED: Readonly<Record<string, Shared>> = {
  intents_open: {
    help: 'Purchases that have not ended, by status.',
    labels: ['status'],
    samples: ({ openIntents }) => of(['pending', 'processing'], openIntents),
  },
  intents_ended_last_hour: {
    help: 'Purchases that ended within the last hour, by how.',
    labels: ['status'],
    samples: ({ endedIntents }) => of(['succeeded', 'failed', 'canceled'], endedIntents),
  },
  intents_oldest_open_seconds: {
    help: 'For how long the first of the purchases that have not ended waits; 0: none does.',
    labels: ['status'],
    samples: ({ openIntents }) =>
      ['pending', 'processing'].map((status) => [
        { status },
        openIntents.find((row) => row.status === status)?.oldest ?? 0,
      ]),
  },
  webhook_events_waiting: {
    help: 'Webhook events that were stored and are not worked yet, and those that gave up, by status.',
    labels: ['status'],
    samples: ({ webhookEvents }) =>
      of(['received', 'processing', 'parked', 'failed', 'quarantined', 'dead'], webhookEvents),
  },
  webhook_lag_seconds: {
    help: 'For how long the first webhook event waits that is due; 0: none is.',
    samples: ({ webhookOldest }) => [[{}, webhookOldest]],
  },
  events_behind: {
    help: 'What a reader across all purchases has not come to, counted up to 10,000: seals, deliveries.',
    labels: ['reader'],
    samples: ({ behind }) => behind.map(({ reader, n }) => [{ reader }, n]),
  },
  events_behind_seconds: {
    help: 'How old the first of it is; 0: it has come to everything.',
    labels: ['reader'],
    samples: ({ behind }) => behind.map(({ reader, seconds }) => [{ reader }, seconds]),
  },
  deliveries_due: {
    help: 'Deliveries to endpoints whose time has come.',
    samples: ({ deliveries }) => [[{}, deliveries.n]],
  },
  delivery_lag_seconds: {
    help: 'For how long the first of them waits; 0: none does.',
    samples: ({ deliveries }) => [[{}, deliveries.oldest]],
  },
  jobs_unfinished: {
    help: 'Long work by kind: queued, running, and failed within a week.',
    labels: ['kind', 'status'],
    samples: ({ jobs }) => jobs.map(({ kind, status, n }) => [{ kind, status }, n]),
  },
  reconciliation_breaks_open: {
    help: "Differences between our books and the providers' that nobody has settled.",
    labels: ['kind'],
    samples: ({ breaks }) => breaks.map(({ kind, n }) => [{ kind }, n]),
  },
  ledger_broken_invariants: {
    help: 'What the last check of the ledger found broken; 0: the ledger is whole.',
    samples: ({ ledgerCheck }) => (ledgerCheck ? [[{}, ledgerCheck.problems]] : []),
  },
  ledger_check_age_seconds: {
    help: 'How long ago the last check of the ledger ended; absent: there was none.',
    samples: ({ ledgerCheck }) => (ledgerCheck ? [[{}, ledgerCheck.age]] : []),
  },
  processes_alive: {
    help: 'Processes that said within a minute that they live, by role.',
    labels: ['role'],
    samples: ({ processes }) => of(['all', 'api', 'worker'], processes, 'role'),
  },
  process_heartbeat_age_seconds: {
    help: 'How long ago a process of this role was last heard of; absent: not within an hour.',
    labels: ['role'],
    samples: ({ processes }) => processes.map(({ role, age }) => [{ role }, age]),
  },
  provider_trouble: {
    help: '1 where a provider refuses our keys (misconfigured) or does not answer (unknown), within the last hour.',
    labels: ['provider', 'operation', 'kind'],
    samples: ({ troubles }) =>
      troubles.map(({ provider, operation, kind }) => [{ provider, operation, kind }, 1]),
  },
  table_bytes: {
    help: 'The largest tables with their indexes.',
    labels: ['table'],
    samples: ({ tables }) => tables.map(({ table, bytes }) => [{ table }, bytes]),
  },
  table_rows: {
    help: 'About how many rows they have, as PostgreSQL counted last.',
    labels: ['table'],
    samples: ({ tables }) => tables.map(({ table, rows }) => [{ table }, rows]),
  },
};

export function addSharedMetrics({ pool }: Pick<Deps, 'pool'>, registers: Registry[]): void {
  const figures = keptFigures(pool, KEPT_MS);
  for (const [name, { help, labels = [], samples }] of Object.entries(SHARED))
    new Gauge({
      ...{ name, help, registers },
      labelNames: [...labels],
      async collect() {
        const read = await figures();
        this.reset();
        if (read) for (const [labels, value] of samples(read)) this.set(labels, value);
        // One without labels would say 0 of what is not known.
        else this.remove();
      },
    });
  addHorizon(figures, registers);
}

/** What seals, deliveries and feeds wait for. Its age is seen by who looks twice: the same transaction is still open. */
function addHorizon(figures: () => Promise<Figures | null>, registers: Registry[]): void {
  let seen = '';
  let sinceMs = performance.now();
  new Gauge({
    name: 'horizon_age_seconds',
    help: 'For how long seals, deliveries and feeds have waited for the same open transaction, as far as this process has looked.',
    registers,
    async collect() {
      const read = await figures();
      if (!read) return this.remove();
      const nowMs = performance.now();
      if (!read.isHorizonHeld || read.horizon !== seen) sinceMs = nowMs;
      seen = read.horizon;
      this.set((nowMs - sinceMs) / 1000);
    },
  });
}

/** Also those of which there are none, so that nobody takes silence for zero. */
function of(
  names: readonly string[],
  rows: readonly { readonly n: number; readonly [key: string]: unknown }[],
  label = 'status',
): Sample[] {
  return names.map((name) => [{ [label]: name }, rows.find((row) => row[label] === name)?.n ?? 0]);
}
