// What somebody does who has just started the containers: opens the pages, buys, exports, and downloads.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const post = async (url, body, token) => {
  const headers = {
    'content-type': 'application/json',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return answer.json();
};
const tokenOf = async (base, userId, role) => (await post(`${base}/dev/token`, { userId, role })).token;
const ask = async (base, token, query, variables = {}) => {
  const { data, errors } = await post(`${base}/graphql`, { query, variables }, token);
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
};

/** Each page in a browser: it shows something, and nothing that it asks for is missing. */
export async function openPages(base) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    for (const name of ['shop', 'explorer', 'console']) {
      const page = await browser.newPage();
      const failed = [];
      page.on(
        'response',
        (answer) => answer.status() >= 400 && failed.push(`${answer.status()} ${answer.url()}`),
      );
      page.on('pageerror', (error) => failed.push(String(error)));
      await page.goto(`${base}/${name}`, { waitUntil: 'networkidle' });
      const text = await page.locator('body').innerText();
      assert.ok(text.trim().length > 40, `/${name} shows: ${text}`);
      assert.deepEqual(failed, [], `/${name}`);
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

/** A purchase in mock mode. @returns the credits that the user has then */
export async function buy(base) {
  const token = await tokenOf(base, 'user_1', 'user');
  const input = { packageId: 'medium', idempotencyKey: 'image-1' };
  const create =
    'mutation ($input: CreateIntentInput!) { createIntent(input: $input) { intent { id } errors { message } } }';
  const { createIntent } = await ask(base, token, create, { input });
  const simulate =
    'mutation ($input: SimulatePaymentInput!) { simulatePayment(input: $input) { errors { message } } }';
  await ask(base, token, simulate, { input: { id: createIntent.intent.id } });
  return (await ask(base, token, '{ balance { credits } }')).balance.credits;
}

// A worker looks every 2 s.
const EXPORT_WITHIN_MS = 30_000;

/** An export that the worker makes and the gateway serves. @returns the lines of the file */
export async function exportIntents(base) {
  const token = await tokenOf(base, 'ada', 'admin');
  const start = `mutation { startExport(input: { select: { intents: {} } }) { export { id } errors { message } } }`;
  const { startExport } = await ask(base, token, start);
  assert.deepEqual(startExport.errors, []);
  const look = 'query ($id: ID!) { node(id: $id) { ... on ExportJob { status downloadUrl sha256 } } }';
  for (const startedMs = Date.now(); Date.now() - startedMs < EXPORT_WITHIN_MS; await delay(200)) {
    const { node } = await ask(base, token, look, { id: startExport.export.id });
    assert.notEqual(node.status, 'failed');
    if (node.status !== 'succeeded') continue;
    const file = await fetch(new URL(node.downloadUrl, base));
    assert.equal(file.status, 200, `the export's file: ${file.status}`);
    const text = await file.text();
    assert.equal(createHash('sha256').update(text).digest('hex'), node.sha256);
    return text.trim().split('\n');
  }
  throw new Error(`no export within ${EXPORT_WITHIN_MS / 1000} s: does the worker work?`);
}
