// Deliveries as receivers kept them, good ones and broken ones, held against the ledger: one broken line hides none of the others.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lostSpends } from '../../src/reconciliation/lost-spends';
import { useCreditStand } from '../credits/stand';

const stand = useCreditStand();
const file = path.join(os.tmpdir(), `kept-${process.pid}.jsonl`);
afterAll(() => fs.rmSync(file, { force: true }));

const told = (transactionId: string, more: object = {}, data: object = {}) =>
  JSON.stringify({
    ...{ type: 'credits.spent', userId: 'ada', occurredAt: new Date().toISOString() },
    ...{ data: { transactionId, credits: 7, ...data }, ...more },
  });

it('lines that cannot be read, or kept, are counted, and every spend that is gone is listed once', async () => {
  await stand.buy('ada');
  await stand.spend('ada', 7);
  const [{ id, at }] = (await stand.sql(
    `select id::text, posted_at as at from journal where kind = 'spend' and user_id = 'ada'`,
  )) as [{ id: string; at: Date }];
  const lines = [
    told(`ctx_${id}`, { occurredAt: at.toISOString() }),
    told('ctx_901'),
    told('ctx_901'),
    JSON.stringify({ body: told('ctx_902', { userId: 'J\u00f6rg "x"' }) }),
    // Of another thing, and of nothing.
    JSON.stringify({ type: 'credits.granted', userId: 'ada' }),
    '',
    // What PostgreSQL would not take, and spends that do not say what was spent.
    told('ctx_903', { userId: 'a\0b' }),
    told('ctx_904', { occurredAt: '0000-01-01T00:00:00Z' }),
    told('ctx_905', { occurredAt: '2026-02-31T00:00:00Z' }),
    told('ctx_906', {}, { credits: 0 }),
    told('ctx_99999999999999999999'),
    '{"broken',
    'null',
  ];
  fs.writeFileSync(file, lines.join('\r\n'));
  const report = await lostSpends({ pool: stand.deps.pool }, file);
  expect(report).toMatchObject({ here: 1, lostCredits: 14, unreadable: 7 });
  expect(report.lost.map(({ transactionId }) => transactionId)).toEqual(['ctx_901', 'ctx_902']);
});
