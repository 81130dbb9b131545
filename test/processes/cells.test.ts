// Two cells, each a database and a gateway of its own, and a router in front that sends each user to theirs by the user's id: what a
// user does stands in one cell, and nothing crosses.
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { Client } from '../support/client';
import { freshDatabase } from '../support/database';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { brokenIn } from '../support/ledger';

const CELLS = 2;
const USERS = 24;

interface Cell {
  readonly url: string;
  readonly gateway: GatewayProcess;
}

const cells: Cell[] = [];
let router: http.Server;

/** By a hash, so that ids that look alike are spread. The same user comes to the same cell for good. */
const cellOf = (user: string): Cell =>
  cells[createHash('sha256').update(user).digest().readUInt32BE(0) % CELLS] as Cell;

/** Whose token it is; whether it is true is the cell's to judge. */
const userIn = (authorization = ''): string =>
  JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString()).sub;

/** As docs/scaling.md says: users by their token, back ends by the user whom they are about to name. */
function route(request: http.IncomingMessage, response: http.ServerResponse): void {
  const named = request.headers['x-user'];
  const user = typeof named === 'string' ? named : userIn(request.headers.authorization);
  const { hostname, port } = new URL(cellOf(user).gateway.url);
  const { method, url: path, headers } = request;
  const asked = http.request({ hostname, port, path, method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  asked.on('error', () => response.destroy());
  request.pipe(asked);
}

beforeAll(async () => {
  for (let number = 0; number < CELLS; number++) {
    const { url } = await freshDatabase();
    cells.push({
      url,
      gateway: await startGateway({
        DATABASE_URL: url,
        AUTH_JWT_SECRET: SECRET,
        CELL: `cell_${number}`,
        METRICS_TOKEN: TOKEN,
      }),
    });
  }
  router = http.createServer(route);
  await new Promise<void>((resolve) => router.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  router.closeAllConnections();
  router.close();
  await stopGateways();
});

const TOKEN = 'a-token-of-the-metrics';
const SECRET = 'of-two-cells-and-nobody-else-32-characters';
const front = () => `http://127.0.0.1:${(router.address() as AddressInfo).port}`;

/** A user, whose token any cell would take. */
async function user(id: string): Promise<Client> {
  const { token } = await (cells[0] as Cell).gateway.as(id);
  return new Client(front(), token);
}

async function rows(cell: Cell, text: string): Promise<Record<string, any>[]> {
  const client = new pg.Client({ connectionString: cell.url });
  await client.connect();
  return (await client.query(text).finally(() => client.end())).rows;
}

it('keeps all of a user in one cell, and each cell whole by itself', async () => {
  const ids = Array.from({ length: USERS }, (_, at) => `user_${at}`);
  await Promise.all(
    ids.map(async (id) => {
      const client = await user(id);
      const { intent } = await client.mutate('createIntent', { packageId: 'small' }, 'intent { id }');
      await client.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
      const spend = { credits: 7, reason: 'A song', idempotencyKey: 's' };
      expect((await client.mutate('spendCredits', spend, 'balance { credits }')).balance.credits).toBe(43);
      const { data } = await client.query('{ intents(first: 5) { nodes { id status } } }');
      expect(data.intents.nodes).toEqual([{ id: intent.id, status: 'succeeded' }]);
    }),
  );

  for (const [number, cell] of cells.entries()) {
    const mine = ids.filter((id) => cellOf(id) === cell).sort();
    expect(mine.length).toBeGreaterThan(0);
    for (const table of ['wallets', 'intents', 'lots'])
      expect(
        (
          await rows(
            cell,
            `select distinct user_id as id from ${table} where user_id like 'user%' order by 1`,
          )
        ).map(({ id }) => id),
      ).toEqual(mine);
    const finance = await cell.gateway.as('fin', 'finance');
    // Operators ask a cell, and it speaks of its own users, and says which it is.
    const { data } = await finance.query(
      '{ admin { cell gatewayId metrics(range: {}, bucket: day) { totals { payments } } health { checks { name detail } } } }',
    );
    expect(data.admin.metrics.totals[0].payments).toBe(mine.length);
    expect(data.admin).toMatchObject({ cell: `cell_${number}`, gatewayId: expect.stringMatching(/./) });
    expect(data.admin.health.checks).toContainEqual({ name: 'cell', detail: `cell_${number}` });
    const metrics = await fetch(`${cell.gateway.url}/metrics`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(await metrics.text()).toContain(`process_start_time_seconds{cell="cell_${number}"}`);
    expect(await brokenIn(cell.url)).toEqual([]);
  }
});

it('knows nobody of the other cell', async () => {
  const [here, there] = cells as [Cell, Cell];
  const stranger =
    Array.from({ length: USERS }, (_, at) => `user_${at}`).find((id) => cellOf(id) === there) ?? '';
  const client = await here.gateway.as(stranger);
  const { data } = await client.query('{ balance { credits } intents(first: 5) { nodes { id } } }');
  expect(data).toEqual({ balance: { credits: 0 }, intents: { nodes: [] } });
});
