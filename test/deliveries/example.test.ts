// The receiver of docs/examples, as somebody would start it, under deliveries of ours and under forgeries.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { newSecret, signedHeaders } from '../../src/deliveries/signature';
import { eventually } from '../support/eventually';
import { SCHEMAS } from './schemas';

const EXAMPLE = path.resolve(__dirname, '..', '..', 'docs', 'examples', 'verify-delivery.js');
const secret = newSecret();
const old = newSecret();
const printed: any[] = [];
let child: ChildProcess;
let url = '';

beforeAll(async () => {
  child = spawn(process.execPath, [EXAMPLE], {
    env: { ...process.env, WEBHOOK_SECRET: `${secret},${old}`, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = new Promise<number>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      for (const line of String(chunk).split('\n').filter(Boolean)) {
        const said = JSON.parse(line);
        if (said.what === 'listening') resolve(said.port);
        else printed.push(said);
      }
    });
  });
  url = `http://127.0.0.1:${await ready}/hooks`;
});
afterAll(() => void child.kill());

const body = (id: string, sequence: number, intentId = 'int_1') =>
  JSON.stringify({ id, type: 'intent.succeeded', sequence, userId: 'ü', data: { intentId } });

/** What it printed, once it is so many lines. */
const said = (lines: number): Promise<any[]> =>
  eventually(
    () => printed,
    (all) => all.length >= lines,
  );

async function send(text: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { method: 'POST', headers, body: text });
  return response.status;
}

const sign = (text: string, secrets = [secret], nowMs = Date.now()) =>
  signedHeaders({ id: JSON.parse(text).id, body: text }, secrets, nowMs);

it('takes what we signed, with either secret', async () => {
  const [first, second] = [body('evt_1', 1), body('evt_2', 2)];

  expect(await send(first, sign(first))).toBe(204);
  expect(await send(second, sign(second, [newSecret(), old]))).toBe(204);

  expect((await said(2)).map(({ what, id }) => [what, id])).toEqual([
    ['new', 'evt_1'],
    ['new', 'evt_2'],
  ]);
});

it('knows what it has seen, and what comes late', async () => {
  printed.length = 0;
  const [newer, older, other] = [body('evt_9', 9), body('evt_8', 8), body('evt_7', 1, 'int_2')];

  for (const text of [newer, older, newer, other]) expect(await send(text, sign(text))).toBe(204);

  expect((await said(4)).map(({ what }) => what)).toEqual(['new', 'late', 'seen', 'new']);
});

it('counts every type of event with its own subject, so that none passes for a late one of another', async () => {
  printed.length = 0;
  const events = Object.entries(SCHEMAS).map(([type, { examples }], at) => ({
    ...examples[0],
    id: `evt_of_${type}`,
    // The greater number first, as another subject's may have.
    sequence: 1_000 - at,
    userId: type.startsWith('credits.') ? type : 'user_1',
    data: { ...examples[0].data, intentId: `int_${type}`, holdId: `hld_${type}` },
  }));

  for (const event of events) {
    const text = JSON.stringify(event);
    expect(await send(text, sign(text))).toBe(204);
  }

  expect((await said(events.length)).map(({ what }) => what)).toEqual(events.map(() => 'new'));
});

it.each([
  ['another secret', (text: string) => sign(text, [newSecret()])],
  ['a recording', (text: string) => sign(text, [secret], Date.now() - 301_000)],
  ['a time to come', (text: string) => sign(text, [secret], Date.now() + 302_000)],
  ['another body', (text: string) => sign(text.replace('int_3', 'int_4'))],
  ['another id', (text: string) => ({ ...sign(text), 'webhook-id': 'evt_100' })],
  ['no signature', (text: string) => ({ ...sign(text), 'webhook-signature': '' })],
  [
    'a signature of another scheme',
    (text: string) => ({
      ...sign(text),
      'webhook-signature': (sign(text)['webhook-signature'] as string).replace('v1', 'v0'),
    }),
  ],
  ['half a signature', (text: string) => ({ ...sign(text), 'webhook-signature': 'v1,AAAA' })],
  ['no time', (text: string) => ({ ...sign(text), 'webhook-timestamp': 'now' })],
])('refuses %s', async (_, headers) => {
  printed.length = 0;
  const text = body('evt_3', 1, 'int_3');

  expect(await send(text, headers(text))).toBe(400);

  expect(printed).toEqual([]);
});
