// The same reads as a good team would write them with mercurius and its compiler (graphql-jit) on the same tables: one prepared
// statement for each, rows of the caller alone, a page by its cursor.
import pg from 'pg';
import { listening, packageOf, userOf } from './listen';

const SCHEMA = `
  type Balance { credits: Float! available: Float! held: Float! version: Int! }
  type PaymentIntent { id: ID! status: String! packageName: String! creditsAmount: Float! amountMinor: String! currency: String!
    createdAt: String! updatedAt: String! }
  type Edge { cursor: String! node: PaymentIntent! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Connection { edges: [Edge!]! pageInfo: PageInfo! }
  type Query { balance: Balance! intent(id: ID!): PaymentIntent intents(first: Int!, after: String): Connection! }
`;

const COLUMNS = `id, status, package_name as "packageName", credits::float8 as "creditsAmount", amount_minor::text as "amountMinor",
  currency, created_at as "createdAt", updated_at as "updatedAt"`;
const BALANCE = {
  name: 'balance',
  text: `select balance::float8 as credits, (balance - held - frozen)::float8 as available, held::float8, version from wallets
    where user_id = $1`,
};
const INTENT = { name: 'intent', text: `select ${COLUMNS} from intents where id = $1 and user_id = $2` };
const PAGE = {
  name: 'page',
  text: `select ${COLUMNS} from intents where user_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3))
    order by created_at desc, id desc limit $4`,
};

interface Row {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
interface Context {
  readonly userId: string;
}

const cursorOf = ({ id, createdAt }: Row): string =>
  Buffer.from(`${createdAt.toISOString()} ${id}`).toString('base64url');
const shown = (row: Row) => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

async function main(): Promise<void> {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
  const rows = async (query: { name: string; text: string }, values: unknown[]) =>
    (await pool.query({ ...query, values })).rows;
  const resolvers = {
    Query: {
      balance: async (_root: unknown, _args: unknown, { userId }: Context) =>
        (await rows(BALANCE, [userId]))[0],
      intent: async (_root: unknown, { id }: { id: string }, { userId }: Context) => {
        const [row] = await rows(INTENT, [id, userId]);
        return row ? shown(row) : null;
      },
      intents: async (
        _root: unknown,
        { first, after }: { first: number; after?: string },
        { userId }: Context,
      ) => {
        const [at, id] = after ? Buffer.from(after, 'base64url').toString().split(' ') : [null, null];
        const found: Row[] = await rows(PAGE, [userId, at, id, first + 1]);
        const page = found.slice(0, first);
        const last = page.at(-1);
        return {
          edges: page.map((row) => ({ cursor: cursorOf(row), node: shown(row) })),
          pageInfo: { hasNextPage: found.length > first, endCursor: last ? cursorOf(last) : null },
        };
      },
    },
  };
  const server = packageOf('fastify')();
  server.register(packageOf('mercurius'), {
    ...{ schema: SCHEMA, resolvers, jit: 1 },
    context: async (request: any) => ({ userId: await userOf(request.headers.authorization) }),
  });
  listening(await server.listen({ host: '127.0.0.1', port: 0 }));
}

main().catch((error) => {
  process.stderr.write(`${String(error?.stack ?? error)}\n`);
  process.exit(1);
});
