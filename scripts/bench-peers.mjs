// `npm run bench:peers`: Vendure, as npm has it, creates and settles orders with its own DummyPaymentHandler: what a whole shop takes for
// it on this machine. It is installed into a folder for the time being, works on a database of its own on DATABASE_URL (else
// 127.0.0.1:5432), and goes again with both.
//   npm run bench:peers                  BENCH_SECONDS=10 BENCH_CALLERS=16 BENCH_ROUNDS=3
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';

const PACKAGES = ['@vendure/core@3.7.3', 'pg@8.23.1'];
const INSTALL_MS = 300_000;
const READY_MS = 120_000;
const DATABASE = 'credits_gateway_bench_vendure';
const PORT = 39_055;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
const CALLERS = Number(process.env.BENCH_CALLERS ?? 16);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const SERVER = process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

const PROGRAM = `
const { bootstrap, DefaultLogger, LogLevel, dummyPaymentHandler } = require('@vendure/core');
const url = new URL(process.env.DATABASE_URL);
bootstrap({
  apiOptions: { port: ${PORT}, hostname: '127.0.0.1', adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
  authOptions: { tokenMethod: 'bearer', superadminCredentials: { identifier: 'superadmin', password: 'superadmin' } },
  dbConnectionOptions: { type: 'postgres', host: url.hostname, port: Number(url.port || 5432), username: url.username,
    password: url.password, database: url.pathname.slice(1), synchronize: true, logging: false, poolSize: 20 },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  logger: new DefaultLogger({ level: LogLevel.Error }),
  plugins: [],
}).then(() => process.stdout.write('ready\\n'), (error) => { console.error(error); process.exit(1); });
`;

const said = (line) => process.stdout.write(`${line}\n`);

/** @returns what came, and the session's token where there is a new one @throws what GraphQL says */
async function ask(api, query, variables = {}, token = '') {
  const headers = {
    'content-type': 'application/json',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const response = await fetch(`http://127.0.0.1:${PORT}/${api}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors).slice(0, 500));
  return { data, token: response.headers.get('vendure-auth-token') ?? token };
}

const names = (name) => [{ languageCode: 'en', name, description: name }];

/** A country, no tax, a product, a free shipment, and payments that settle at once. @returns the variant's and the shipment's id */
async function fillShop() {
  const { token } = await ask(
    'admin-api',
    'mutation { login(username: "superadmin", password: "superadmin") { __typename } }',
  );
  const made = async (field, type, input, selection = 'id') => {
    const query = `mutation ($input: ${type}) { made: ${field}(input: $input) { ${selection} } }`;
    return (await ask('admin-api', query, { input }, token)).data.made;
  };
  const country = await made('createCountry', 'CreateCountryInput!', {
    ...{ code: 'GB', enabled: true, translations: [{ languageCode: 'en', name: 'Britain' }] },
  });
  const zone = await made('createZone', 'CreateZoneInput!', { name: 'all', memberIds: [country.id] });
  const category = await made('createTaxCategory', 'CreateTaxCategoryInput!', {
    name: 'all',
    isDefault: true,
  });
  await made('createTaxRate', 'CreateTaxRateInput!', {
    ...{ name: 'none', enabled: true, value: 0, categoryId: category.id, zoneId: zone.id },
  });
  const channel = { id: '1', defaultTaxZoneId: zone.id, defaultShippingZoneId: zone.id };
  await made('updateChannel', 'UpdateChannelInput!', channel, '__typename');
  const product = await made('createProduct', 'CreateProductInput!', {
    ...{ enabled: true, translations: [{ ...names('Credits')[0], slug: 'credits' }] },
  });
  const [variant] = await made('createProductVariants', '[CreateProductVariantInput!]!', [
    {
      ...{
        productId: product.id,
        sku: 'credits',
        price: 5000,
        taxCategoryId: category.id,
        trackInventory: 'FALSE',
      },
      translations: [{ languageCode: 'en', name: 'Credits' }],
    },
  ]);
  const shipment = await made('createShippingMethod', 'CreateShippingMethodInput!', {
    ...{ code: 'none', fulfillmentHandler: 'manual-fulfillment', translations: names('None') },
    checker: {
      code: 'default-shipping-eligibility-checker',
      arguments: [{ name: 'orderMinimum', value: '0' }],
    },
    calculator: {
      code: 'default-shipping-calculator',
      arguments: [
        { name: 'rate', value: '0' },
        { name: 'includesTax', value: 'auto' },
        { name: 'taxRate', value: '0' },
      ],
    },
  });
  await made('createPaymentMethod', 'CreatePaymentMethodInput!', {
    ...{ code: 'dummy', enabled: true, translations: names('Dummy') },
    handler: { code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: 'true' }] },
  });
  return { variantId: variant.id, shipmentId: shipment.id };
}

const ADD = `mutation ($id: ID!) { addItemToOrder(productVariantId: $id, quantity: 1) { __typename ... on ErrorResult { message } } }`;
// What a shop asks in four requests, in one.
const BUY = `mutation ($customer: CreateCustomerInput!, $address: CreateAddressInput!, $shipment: ID!) {
  setCustomerForOrder(input: $customer) { __typename }
  setOrderShippingAddress(input: $address) { __typename }
  setOrderShippingMethod(shippingMethodId: [$shipment]) { __typename }
  transitionOrderToState(state: "ArrangingPayment") { __typename ... on OrderStateTransitionError { transitionError } }
  addPaymentToOrder(input: { method: "dummy", metadata: {} }) { __typename ... on Order { state } ... on ErrorResult { message } } }`;

let customers = 0;
async function order({ variantId, shipmentId }) {
  const { token } = await ask('shop-api', ADD, { id: variantId });
  const { data } = await ask(
    'shop-api',
    BUY,
    {
      customer: { firstName: 'A', lastName: 'B', emailAddress: `c${++customers}@example.com` },
      address: { streetLine1: 'Street 1', countryCode: 'GB' },
      shipment: shipmentId,
    },
    token,
  );
  if (data.addPaymentToOrder.state !== 'PaymentSettled') throw new Error(JSON.stringify(data));
}

/** @returns orders a second */
async function measured(ids, seconds) {
  const startedMs = performance.now();
  let done = 0;
  const caller = async () => {
    while (performance.now() < startedMs + seconds * 1_000) {
      await order(ids);
      done++;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return done / ((performance.now() - startedMs) / 1_000);
}

function started(folder, databaseUrl) {
  const child = spawn(process.execPath, ['server.cjs'], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('Vendure is not ready')), READY_MS);
    child.once('exit', (code) => reject(new Error(`Vendure ended with ${code}`)));
    child.stdout.on('data', (text) => {
      if (!String(text).includes('ready')) return;
      clearTimeout(late);
      resolve();
    });
  });
  return { child, ready };
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-vendure-'));
const admin = new pg.Client(SERVER);
await admin.connect();
let server;
try {
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
  fs.writeFileSync(path.join(folder, 'server.cjs'), PROGRAM);
  said(`installing ${PACKAGES.join(', ')}`);
  const npm = ['install', '--no-fund', '--no-audit', '--prefer-offline', ...PACKAGES];
  const { status, stderr, error } = spawnSync('npm', npm, {
    cwd: folder,
    encoding: 'utf8',
    timeout: INSTALL_MS,
  });
  if (status !== 0) throw new Error(`Vendure cannot be installed: ${error ?? stderr.slice(-1_000)}`);
  await admin.query(`drop database if exists ${DATABASE} with (force)`);
  await admin.query(`create database ${DATABASE}`);
  server = started(folder, SERVER.replace(/\/[^/?]*(\?|$)/, `/${DATABASE}$1`));
  await server.ready;
  const ids = await fillShop();
  await measured(ids, Math.min(3, SECONDS));
  const perSecond = [];
  for (let nth = 0; nth < ROUNDS; nth++) perSecond.push(await measured(ids, SECONDS));
  perSecond.sort((a, b) => a - b);
  said(
    `Vendure: ${perSecond[Math.floor(ROUNDS / 2)].toFixed(1)} orders/s created and settled (${perSecond[0].toFixed(1)} to ` +
      `${perSecond.at(-1).toFixed(1)}), ${CALLERS} callers, ${ROUNDS} rounds of ${SECONDS} s, load ${os.loadavg()[0].toFixed(1)}`,
  );
} finally {
  server?.child.kill('SIGKILL');
  await admin.query(`drop database if exists ${DATABASE} with (force)`);
  await admin.end();
  fs.rmSync(folder, { recursive: true, force: true });
}
