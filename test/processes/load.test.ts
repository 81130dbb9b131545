// Far more than one gateway can answer, from many connections that never wait.
import http from 'node:http';
import { inOneOfThree } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
afterAll(stopGateways);

const CONNECTIONS = 500;
const SECONDS = 6;
// Until it is known how much is answered a second, and what came at once has been worked off.
const WARM_MS = 3_000;
const BALANCE = JSON.stringify({ query: '{ creditTransactions { nodes { id } } balance { credits } }' });

interface Answer {
  readonly status: number;
  readonly tookMs: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
afterAll(() => agent.destroy());

function ask(url: string, token: string | null): Promise<Answer> {
  const sentMs = performance.now();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          tookMs: performance.now() - sentMs,
          retryAfter: response.headers['retry-after'],
          text,
        }),
      );
    });
    request.on('error', reject);
    request.end(BALANCE);
  });
}

/** Answers to connections that ask again as soon as they are answered. */
async function flooded(gateway: GatewayProcess): Promise<Answer[]> {
  const { token } = await gateway.as('alice');
  const untilMs = performance.now() + SECONDS * 1_000;
  const answers: Answer[] = [];
  const connection = async () => {
    while (performance.now() < untilMs) {
      const isWarm = performance.now() > untilMs - SECONDS * 1_000 + WARM_MS;
      const answer = await ask(gateway.url, token);
      if (isWarm) answers.push(answer);
      // As a client that is told to come back, only sooner.
      if (answer.status === 503) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return answers;
}

/** The slowest of a hundred say how busy this process is with its 500 connections, the one in the middle what the gateway did. */
const medianOf = (answers: readonly Answer[]) =>
  answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b)[Math.floor(answers.length / 2)] ?? 0;

it('what is too much hears so at once, what is taken is answered sooner, and health and webhooks are always answered', async () => {
  const [all, some] = await Promise.all([
    startGateway({ DATABASE_URL: database.url, ADMIT_WITHIN_MS: '0' }),
    startGateway({ DATABASE_URL: database.url, ADMIT_WITHIN_MS: '100' }),
  ]);
  await inOneOfThree(async () => {
    const without = await flooded(all);
    expect(without.every(({ status }) => status === 200)).toBe(true);

    let isOver = false;
    const beside: number[] = [];
    const others = async () => {
      while (!isOver) {
        beside.push((await fetch(`${some.url}/healthz`)).status);
        beside.push((await fetch(`${some.url}/webhooks/stripe`, { method: 'POST', body: '{}' })).status);
      }
    };
    const [answers] = await Promise.all([
      flooded(some).finally(() => {
        isOver = true;
      }),
      others(),
    ]);

    const [taken, refused] = [200, 503].map((status) => answers.filter((one) => one.status === status));
    expect((taken?.length ?? 0) + (refused?.length ?? 0)).toBe(answers.length);
    expect(refused?.length).toBeGreaterThan(100);
    for (const { retryAfter, text } of refused ?? []) {
      expect(retryAfter).toBe('1');
      expect(JSON.parse(text).errors).toEqual([
        { message: expect.any(String), extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 1 } },
      ]);
    }
    // Refusing must not cost what it saves.
    expect(taken?.length).toBeGreaterThan(without.length / 4);
    expect(medianOf(taken ?? [])).toBeLessThan(medianOf(without));
    expect(new Set(beside)).toEqual(new Set([200, 400]));
  });
  expect(some.log.join('\n')).toContain('"event":"load.refused"');
  expect(all.log.join('\n')).not.toContain('"event":"load.refused"');
});
