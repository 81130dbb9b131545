// How the pages are served: compressed beforehand, under a strict policy, small, and without a build as a plain word.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { createServer } from '../../src/http/server';
import { addPages, policyOf } from '../../src/http/static';
import { readConfig } from '../../src/providers/read-config';
import { BROTLI_QUALITY } from '../../web/compressed';
import { silent } from '../support/intents';

const ROOT = path.resolve(__dirname, '..', '..');
const BUILT = path.join(ROOT, 'dist', 'web');
const mock = { LOG_LEVEL: 'silent' };
const keys = {
  ...mock,
  AUTH_JWT_SECRET: 'a-secret-of-this-test-that-is-long-enough',
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
};
const live = {
  ...keys,
  STRIPE_SECRET_KEY: 'sk_live_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
  API_KEY_PEPPER: 'p'.repeat(32),
  SECRETS_KEY: 's'.repeat(32),
};

async function serverWith(env: Record<string, string>, folder = BUILT) {
  const config = readConfig(env);
  const server = await createServer(config, silent);
  await addPages(server, config, folder);
  return server;
}

const gzipped = (bytes: string | Buffer) => zlib.gzipSync(bytes, { level: 9 });
/** As browsers take it, with the level of the build. */
const asSent = (bytes: string | Buffer) =>
  zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });

/** Everything that the page loads before it can show something, compressed, in bytes. */
function firstLoad(page: string, compressed = gzipped): number {
  const html = fs.readFileSync(path.join(BUILT, page, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="(?:\.\.)?(\/assets\/[^"]+)"/g)].map(
    (match) => match[1] ?? '',
  );
  return [html, ...files.map((file) => fs.readFileSync(path.join(BUILT, file)))].reduce(
    (sum, bytes) => sum + compressed(bytes).length,
    0,
  );
}

it('sends what was compressed at build time, for ever to be kept under its hashed name', async () => {
  const server = await serverWith(mock);
  const html = await server.inject({ url: '/shop', headers: { 'accept-encoding': 'identity' } });
  expect(html.statusCode).toBe(200);
  expect(html.headers['cache-control']).toBe('no-cache');
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html.body)?.[1] ?? '';
  for (const encoding of ['br', 'gzip']) {
    const answer = await server.inject({ url: script, headers: { 'accept-encoding': encoding } });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers['cache-control']).toContain('immutable');
  }
  expect((await server.inject('/assets/nothing.js')).statusCode).toBe(404);
  expect((await server.inject('/assets/../.built')).statusCode).toBe(404);
  expect((await server.inject('/')).headers.location).toBe('/console');
});

it('runs no script but its own, and has none inline', async () => {
  const server = await serverWith(mock);
  for (const page of ['console', 'explorer', 'shop', 'docs/']) {
    const answer = await server.inject(`/${page}`);
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('https:');
    expect(answer.body).not.toMatch(/<script(?![^>]*src=)|\son\w+=/);
  }
});

it('lets the shop of a test gateway load its own providers sheets and nothing else', () => {
  const config = readConfig(keys);
  expect(policyOf(config, 'console')['script-src']).toEqual(["'self'"]);
  const shop = Object.values(policyOf(config, 'shop')).flat();
  expect(shop.filter((source) => source.startsWith('https:'))).toEqual([
    'https://js.stripe.com',
    'https://*.js.stripe.com',
    'https://api.stripe.com',
    'https://js.stripe.com',
    'https://*.js.stripe.com',
    'https://hooks.stripe.com',
  ]);
});

it('has no shop in live mode, and no explorer where it is off', async () => {
  const server = await serverWith(live);
  expect((await server.inject('/shop')).statusCode).toBe(404);
  expect((await server.inject('/explorer')).statusCode).toBe(200);
  expect((await server.inject('/console')).statusCode).toBe(200);
  const without = await serverWith({ ...live, EXPLORER: 'off' });
  expect((await without.inject('/explorer')).statusCode).toBe(404);
});

it('serves the documents as pages and as Markdown, in every mode', async () => {
  const server = await serverWith(live);
  expect((await server.inject('/docs')).headers.location).toBe('docs/');
  const page = await server.inject('/docs/sign-in.html');
  expect(page.headers['content-type']).toContain('text/html');
  const text = await server.inject('/docs/sign-in.md');
  expect(text.body).toMatch(/^# Sign-in\n/);
  expect((await server.inject('/llms.txt')).body).toContain('](docs/sign-in.md)');
  expect((await server.inject('/llms-full.txt')).body).toContain('type PaymentIntent');
  expect((await server.inject('/docs/nothing.html')).statusCode).toBe(404);
  expect((await server.inject('/docs/../.built')).statusCode).toBe(404);
});

it('says that the pages are being built, or how to build them', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unbuilt-'));
  const server = await serverWith(mock, path.join(folder, 'web'));
  expect((await server.inject('/console')).body).toContain('npm run build:web');
  fs.writeFileSync(path.join(folder, 'web-build.log'), '');
  const building = await server.inject('/console');
  expect(building.statusCode).toBe(503);
  expect(building.body).toContain('http-equiv="refresh"');
  fs.writeFileSync(path.join(folder, 'web-failed.log'), '');
  expect((await server.inject('/console')).body).toContain('could not be built');
  fs.rmSync(folder, { recursive: true });
});

it('loads at most 220 kB for the console, 320 kB for the explorer, 80 kB for the shop, 30 kB for a document, and 13 kB for the drop-in', () => {
  expect(firstLoad('console')).toBeLessThanOrEqual(220_000);
  expect(firstLoad('explorer')).toBeLessThanOrEqual(320_000);
  expect(firstLoad('shop', asSent)).toBeLessThanOrEqual(80_000);
  expect(firstLoad('docs')).toBeLessThanOrEqual(30_000);
  const element = fs.readFileSync(path.join(BUILT, 'checkout', 'buy-credits.js'));
  expect(zlib.gzipSync(element, { level: 9 }).length).toBeLessThanOrEqual(13_000);
});

it('brings the styles of every component that the console shows', () => {
  const library = fs.readFileSync(require.resolve('@mantine/core/styles.css'), 'utf8');
  const files = fs.readdirSync(path.join(BUILT, 'assets'));
  const textOf = (ending: string) =>
    files
      .filter((name) => name.endsWith(ending))
      .map((name) => fs.readFileSync(path.join(BUILT, 'assets', name), 'utf8'))
      .join('\n');
  const classesIn = (text: string) => new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g));
  const [styled, used, brought] = [library, textOf('.js'), textOf('.css')].map(classesIn);
  const missing = [...(used ?? [])].filter((name) => styled?.has(name) && !brought?.has(name));
  expect(used?.size).toBeGreaterThan(50);
  expect(missing).toEqual([]);
});
