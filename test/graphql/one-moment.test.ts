// One document is one moment: what it shows of a user's credits in one place agrees with what it shows in another, also
// while lots expire.
import type { Caller } from '../../src/callers/caller';
import { adjustCredits } from '../../src/credits/adjust';
import { useAsking, user } from './asking';

const asking = useAsking();
const finance: Caller = { id: 'fin_1', role: 'finance' };
const QUESTION = `{
  creditTransactions(first: 100) { totalCount nodes { credits balanceAfter } }
  balance { credits available lots { remaining expiresAt } nextExpiry { credits } }
  again: creditTransactions(first: 1) { nodes { balanceAfter } }
}`;
// As many as are shown at once, or nearly, so that one expires in most of the reads.
const LOTS = 45;

async function given(userId: string): Promise<void> {
  for (let nth = 0; nth < LOTS; nth++)
    await adjustCredits(asking.deps, finance, {
      userId,
      credits: 10n,
      expiresAt: new Date(Date.now() + 3_600_000),
      reason: 'a gift',
      idempotencyKey: `gift ${nth}`,
    });
}

/** The lots of everybody expire one after the other from now on, one each `everyMs`. */
const passTime = (everyMs: number) =>
  asking.sql(
    `update lots l set expires_at = date_trunc('milliseconds', clock_timestamp()) + n.nth * ${everyMs} * interval '1 ms'
     from (select id, row_number() over (partition by user_id order by id) as nth from lots where remaining > 0) n where n.id = l.id`,
  );

test('the balance, its lots and the transactions of one document agree while lots expire meanwhile', async () => {
  const users = Array.from({ length: 5 }, (_, nth) => `user_${nth}`);
  const seen: {
    balance: number;
    sum: number;
    newest: number;
    again: number;
    count: number;
    nodes: number;
    lots: number;
  }[] = [];
  // Whoever reads works what is due: between two statements of one, another does.
  const askers = [...users, ...users, ...users];
  await Promise.all(users.map(given));
  const startedAt = Date.now();
  await Promise.all(askers.map((userId) => asking.data(user(userId), QUESTION)));
  // However slow the machine is, a few lots expire while each of them asks once.
  await passTime(Math.max(30, Math.ceil((Date.now() - startedAt) / 3)));
  await Promise.all(
    askers.map(async (userId) => {
      for (let balance = 1; balance > 0; ) {
        const data = await asking.data(user(userId), QUESTION);
        const { nodes, totalCount } = data.creditTransactions;
        balance = data.balance.credits;
        seen.push({
          balance,
          sum: nodes.reduce((sum: number, { credits }: { credits: number }) => sum + credits, 0),
          newest: nodes[0].balanceAfter,
          again: data.again.nodes[0].balanceAfter,
          count: totalCount,
          nodes: nodes.length,
          lots: data.balance.lots.reduce((sum: number, lot: { remaining: number }) => sum + lot.remaining, 0),
        });
      }
    }),
  );

  expect(new Set(seen.map(({ balance }) => balance)).size).toBeGreaterThan(3);
  const torn = seen.filter(
    ({ balance, sum, newest, again, count, nodes, lots }) =>
      lots !== balance || sum !== balance || newest !== balance || again !== balance || count !== nodes,
  );
  expect(torn).toEqual([]);
});

test.each([
  ['', 5],
  // The lots come with the wallet.
  ['lots { remaining } nextExpiry { at }', 5],
  ['...Lots', 5],
])(
  'what is due is worked once for a user and a document, without a transaction: balance { credits %s }',
  async (more, expected) => {
    const userId = `once ${more}`;
    await given(userId);
    await passTime(30);
    await new Promise((resolve) => setTimeout(resolve, LOTS * 30 + 300));
    const statements = await asking.statementsOf(() =>
      asking.data(
        user(userId),
        `{ creditTransactions { nodes { credits } } holds { nodes { id } }
        ${['a', 'b', 'c'].map((name) => `${name}: balance { credits ${more} }`).join(' ')} }
       ${more === '...Lots' ? 'fragment Lots on Balance { ... on Balance { lots { remaining } } }' : ''}`,
      ),
    );

    // The wallet, what is due, the wallet again, and each list once.
    expect(statements).toBe(expected);
  },
);
