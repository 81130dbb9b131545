// Queries by GET: who may send them, what they may be, and who may keep the answer.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client, fetchExchange, gql } from '@urql/core';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;
let token: string;
beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  token = (await gateway.as('reader')).token as string;
});
afterAll(stopGateways);

const PACKAGES = '{ packages { id price { formatted } } }';
const SPEND =
  'mutation { spendCredits(input: {credits: 1, reason: "r", idempotencyKey: "get"}) { errors { code } } }';

interface Parameters {
  readonly query?: string;
  readonly documentId?: string;
  readonly extensions?: string;
}

async function get(parameters: Parameters, headers: Record<string, string> = {}, url = gateway.url) {
  const answer = await fetch(`${url}/graphql?${new URLSearchParams(parameters as Record<string, string>)}`, {
    headers,
  });
  const { data, errors } = (await answer.json()) as { data?: any; errors?: any[] };
  return { status: answer.status, data, errors, headers: answer.headers };
}
const bearer = () => ({ authorization: `Bearer ${token}` });
const PREFLIGHT = { 'apollo-require-preflight': 'true' };

it.each([
  ['Apollo-Require-Preflight', PREFLIGHT],
  ['x-apollo-operation-name', { 'x-apollo-operation-name': 'Packages' }],
])(
  'a query by GET is answered when it brings %s, which no cross-site form can send',
  async (_name, headers) => {
    const { status, data } = await get({ query: PACKAGES }, headers);
    expect([status, data.packages.length > 0]).toEqual([200, true]);
  },
);

it('a query by GET is answered when it brings a token, and refused when it brings nothing that a browser asks before', async () => {
  expect((await get({ query: '{ viewer { id } }' }, bearer())).data).toEqual({ viewer: { id: 'reader' } });

  const bare = await get({ query: PACKAGES });
  expect([bare.status, bare.data]).toEqual([400, undefined]);
  expect(bare.headers.get('cache-control')).toBe('private, no-store');
});

it('a mutation by GET is refused and does nothing', async () => {
  const before = await database.pool().query('select count(*) from idempotency_keys');
  const { status, data, headers } = await get({ query: SPEND }, { ...bearer(), ...PREFLIGHT });
  expect([status, data]).toEqual([405, undefined]);
  expect(headers.get('allow')).toBe('POST');
  expect((await database.pool().query('select count(*) from idempotency_keys')).rows).toEqual(before.rows);
});

it('what is sold may be kept by anybody for half a minute; nothing else is kept anywhere', async () => {
  const sold = await get({ query: PACKAGES }, PREFLIGHT);
  expect(sold.headers.get('cache-control')).toBe('public, max-age=30');
  expect(sold.headers.get('vary')).toMatch(/Authorization/);

  const kept = async (query: string, headers: Record<string, string>) =>
    (await get({ query }, headers)).headers.get('cache-control');
  for (const [query, headers] of [
    [PACKAGES, bearer()],
    ['{ balance { credits } }', bearer()],
    ['{ viewer { id } }', PREFLIGHT],
    ['{ packages { id } viewer { id } }', PREFLIGHT],
    ['query { ...Hidden } fragment Hidden on Query { packages { id } viewer { id } }', PREFLIGHT],
    ['{ packages { nothing } }', PREFLIGHT],
    ['{ checkoutConfig { serverTime } }', PREFLIGHT],
  ] as const)
    expect([query, await kept(query, headers)]).toEqual([query, 'private, no-store']);

  const post = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: PACKAGES }),
  });
  expect(post.headers.get('cache-control')).toBe('private, no-store');
});

it('urql works as it is with a token, and without one when it is told to POST or to bring the header', async () => {
  const asked = async (options: object) => {
    const client = new Client({ url: `${gateway.url}/graphql`, exchanges: [fetchExchange], ...options });
    const { data, error } = await client.query(gql(PACKAGES), {}).toPromise();
    return error ? 'refused' : data.packages.length > 0;
  };
  expect(await asked({ fetchOptions: { headers: bearer() } })).toBe(true);
  expect(await asked({})).toBe('refused');
  expect(await asked({ preferGetMethod: false })).toBe(true);
  expect(await asked({ fetchOptions: { headers: PREFLIGHT } })).toBe(true);
});

describe('A gateway with a list of documents', () => {
  const hash = createHash('sha256').update(PACKAGES).digest('hex');
  let listed: GatewayProcess;
  beforeAll(async () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'manifest-')), 'manifest.json');
    const operations = [{ id: hash, name: 'Packages', type: 'query', body: PACKAGES }];
    fs.writeFileSync(
      file,
      JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }),
    );
    listed = await startGateway({ DATABASE_URL: database.url, TRUSTED_DOCUMENTS: file });
  });

  it("reads Apollo's manifest, runs by GET what it names, and nothing else", async () => {
    const asked = (parameters: Parameters) => get(parameters, PREFLIGHT, listed.url);
    const extensions = (sha256Hash: string) => JSON.stringify({ persistedQuery: { version: 1, sha256Hash } });
    for (const named of [
      { documentId: `sha256:${hash}` },
      { extensions: extensions(hash) },
      { query: PACKAGES },
    ]) {
      const { data, headers } = await asked(named);
      expect(data?.packages.length).toBeGreaterThan(0);
      expect(headers.get('cache-control')).toBe('public, max-age=30');
    }
    for (const other of [
      { documentId: 'sha256:none' },
      { extensions: extensions('none') },
      { query: '{ packages { id } }' },
    ]) {
      const { data, errors } = await asked(other);
      expect([data, errors?.[0]?.extensions.code]).toEqual([undefined, 'FORBIDDEN']);
    }
  });
});
