import { Link } from 'wouter';
import { pageOfOwner } from '../parts/find';
import { Card } from '../parts/page';
import { Table } from '../parts/table';
import { Status, words } from '../parts/values';
import type { Backtest } from './backtest';

const KNOWN = { bad: 'fraud', honest: 'honest', unpaid: 'never paid' } as const;
const KNOWN_TONE = { bad: 'bad', honest: 'good', unpaid: 'quiet' } as const;

/** Whom a change is about, one by one. */
export function Moved({ found }: { readonly found: Backtest }) {
  const total = found.changes.reduce(
    (sum, { was, would, purchases }) => sum + (was === would ? 0 : purchases),
    0,
  );
  return (
    <Card
      title="Purchases that change hands"
      aside={
        <span className="quiet">
          {total > found.moved.length
            ? `${found.moved.length} of ${total.toLocaleString()}, frauds first`
            : total.toLocaleString()}
        </span>
      }
    >
      {found.moved.length === 0 ? (
        <p className="quiet pad">Of every purchase these rules say what the rules that ran said.</p>
      ) : (
        <Table
          label="Purchases that change hands"
          rows={found.moved}
          keyOf={(row) => row.intent?.id ?? row.decisionId ?? ''}
          hrefOf={(row) => (row.intent ? `/payments/${row.intent.id}` : `/decisions/${row.decisionId}`)}
          columns={[
            { title: 'Amount', cell: (row) => <b className="amount">{row.amount.formatted}</b>, right: true },
            {
              title: 'Decision',
              card: 'head',
              cell: (row) => (
                <span className="nowrap">
                  <Status value={row.was} /> → <Status value={row.would} />
                </span>
              ),
            },
            {
              title: 'Known by now',
              cell: (row) => <span className={KNOWN_TONE[row.kind]}>{KNOWN[row.kind]}</span>,
            },
            {
              title: 'User',
              wide: true,
              cell: (row) =>
                row.intent && (
                  <Link className="calm" href={pageOfOwner(row.intent.userId)}>
                    {row.intent.userId}
                  </Link>
                ),
            },
            { title: 'Score', cell: (row) => row.score, right: true },
            {
              title: 'Rules that fire',
              cell: (row) => row.codes.map(words).join(', ') || 'none',
              card: 'line',
            },
          ]}
        />
      )}
    </Card>
  );
}
