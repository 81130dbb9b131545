// Purchases in the order of what risk said: pages that lose none and repeat none, read from an index.
import pg from 'pg';
import { claimIntents } from '../support/intents';
import { support, useAsking, user } from './asking';

const asking = useAsking();
const LIST = `query ($after: String, $direction: SortDirection!, $filter: IntentFilter) {
  intents(first: 7, after: $after, filter: $filter, orderBy: { field: riskScore, direction: $direction }) {
    totalCount nodes { id riskScore } pageInfo { hasNextPage endCursor } } }`;
const JUDGED = 40;

interface Node {
  readonly id: string;
  readonly riskScore: number;
}

beforeAll(async () => {
  const intents = await claimIntents(
    asking.deps.pool,
    Array.from({ length: JUDGED }, (_, nth) => `payer_${nth}`),
  );
  // Scores that several share, and of some purchases none.
  for (const [nth, { id }] of intents.entries())
    await asking.sql('update intents set risk_score = $2 where id = $1', [
      id,
      nth % 8 === 7 ? null : (nth % 8) * 10,
    ]);
});

async function pages(direction: 'asc' | 'desc', filter: object | null = null): Promise<Node[]> {
  const met: Node[] = [];
  for (let after: string | null = null; ; ) {
    const { intents } = await asking.data(support, LIST, { after, direction, filter });
    met.push(...intents.nodes);
    if (!intents.pageInfo.hasNextPage) {
      expect(intents.totalCount).toBe(met.length);
      return met;
    }
    after = intents.pageInfo.endCursor;
  }
}

it('support pages through them by score, each once, and through those alone that a rule found something in', async () => {
  const falling = await pages('desc');
  expect(falling).toHaveLength((JUDGED / 8) * 6);
  expect(falling.map(({ riskScore }) => riskScore)).toEqual(
    falling.map(({ riskScore }) => riskScore).sort((one, other) => other - one),
  );
  expect(new Set(falling.map(({ id }) => id)).size).toBe(falling.length);
  expect(await pages('asc')).toEqual([...falling].reverse());
  expect((await pages('desc', { riskScore: { gte: 50 } })).map(({ id }) => id)).toEqual(
    falling.filter(({ riskScore }) => riskScore >= 50).map(({ id }) => id),
  );
  // The ends of an Int, which are no scores.
  expect(await pages('desc', { riskScore: { gte: 2 ** 31 - 1 } })).toEqual([]);
  expect(await pages('desc', { riskScore: { gte: -(2 ** 31), lte: 2 ** 31 - 1 } })).toHaveLength(
    falling.length,
  );
});

it('nobody below support learns of a score by the order of what he bought', async () => {
  const { errors } = await asking.ask(user('payer_1'), LIST, { direction: 'desc' });
  expect(errors?.[0]?.message).toBe('Only support looks for what risk said.');
});

it('a page is read from the index, wherever it begins', async () => {
  await asking.sql(`
    insert into intents select (jsonb_populate_record(i, jsonb_build_object('id', i.id || n, 'idempotency_key', 'k' || n,
      'risk_score', case when n % 50 = 0 then n / 50 end))).*
    from intents i, generate_series(1, 5000) n where i.id = (select min(id) from intents)`);
  await asking.sql(`
    insert into events (subject, sequence, version, kind, actor, to_status, epoch)
    select i.id, 1, 1, 'created', 'test', 'pending', g.epoch from intents i, gateway g
    where not exists (select from events e where e.subject = i.id)`);
  await asking.sql('analyze intents');
  const statements: { text: string; values: unknown[] }[] = [];
  const send = pg.Client.prototype.query;
  const heard = jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
    this: pg.Client,
    ...given: any[]
  ) {
    if (typeof given[0] === 'string' && /"risk_score" > 0/.test(given[0]))
      statements.push({ text: given[0], values: given[1] });
    return (send as any).apply(this, given);
  } as any);
  const first = await asking.data(support, LIST, { direction: 'desc' });
  await asking.data(support, LIST, { direction: 'desc', after: first.intents.pageInfo.endCursor });
  heard.mockRestore();
  const pagesOf = statements.filter(({ text }) => /limit/i.test(text) && !/count\(/i.test(text));
  expect(pagesOf).toHaveLength(2);
  for (const { text, values } of pagesOf) {
    const plan = (await asking.sql(`explain ${text}`, values)).map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('intents_risk_score');
    expect(plan).not.toMatch(/Sort|Seq Scan/);
  }
});
