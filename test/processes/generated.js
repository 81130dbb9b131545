// What a provider could say and never should: answers and webhook bodies made from its fixtures by a seeded generator, so
// that a run that found something can be made again.
const { createHmac } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const FIXTURES = path.join(__dirname, '..', 'fixtures');
const { MOCK_WEBHOOK_SECRETS: SECRETS } = require('../../dist/src/providers/mock-webhook-secrets.js');

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const read = (folder) =>
  fs
    .readdirSync(path.join(FIXTURES, folder))
    .map((name) => JSON.parse(fs.readFileSync(path.join(FIXTURES, folder, name), 'utf8')));
const OBJECTS = {
  stripe: [...read('stripe/objects'), ...read('stripe/errors').map(({ body }) => body)],
  razorpay: [...read('razorpay/api'), ...read('razorpay/errors')],
};
const EVENTS = { stripe: read('stripe/events'), razorpay: read('razorpay/webhooks') };

const STATUSES = [
  ...[
    200, 200, 200, 200, 200, 201, 202, 204, 206, 299, 300, 301, 302, 304, 307, 308, 400, 401, 402, 403, 404,
  ],
  ...[
    405, 406, 408, 409, 410, 412, 413, 415, 418, 422, 424, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504,
  ],
  ...[505, 520, 522, 524, 529, 599, 600, 777, 999],
];
const ODD = [
  ...[null, true, false, 0, -1, 1.5, 1e308, 2 ** 53 + 2, '', 'x', ' ', '\u0000', '\ud800', 'é'.repeat(300)],
  ...[
    [],
    {},
    [null],
    [[]],
    { id: 1 },
    { toString: 1 },
    { length: -1 },
    JSON.parse('{"then":1}'),
    { __proto__: null, valueOf: 1 },
  ],
  ...['__proto__', 'constructor', '../../etc', 'a'.repeat(5_000), '1e999', 'NaN', '2026-01-01', '\r\nx: y'],
];
const ODD_KEYS = [
  '__proto__',
  'constructor',
  'error',
  'then',
  'toJSON',
  'lastResponse',
  'data',
  'items',
  'id',
  'object',
];
const HEADERS = [
  [
    'content-type',
    ['application/json', 'text/html', '', 'application/json; charset=utf-16', 'x'.repeat(2_000)],
  ],
  ['content-encoding', ['gzip', 'br', 'identity', 'deflate', 'x']],
  ['content-length', ['0', '1', '7', '100000', '-1', 'x']],
  ['location', ['/', '/v1/elsewhere', 'http://127.0.0.1:1/', 'file:///etc/passwd', '//', 'x y']],
  ['retry-after', ['0', '-1', '999999999', 'soon', '']],
  ['stripe-should-retry', ['true', 'false', 'perhaps']],
  ['request-id', ['', 'req_1', 'x'.repeat(3_000)]],
  ['stripe-version', ['', '2099-01-01']],
  ['idempotent-replayed', ['true', '1']],
  ['set-cookie', ['a=b', '']],
  ['connection', ['close', 'keep-alive', 'upgrade']],
  ['x-odd', ['\u00ff', 'x'.repeat(20_000)]],
];

class Generator {
  constructor(seed) {
    this.random = randomFrom(seed);
  }
  chance(share) {
    return this.random() < share;
  }
  one(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  /** Its own copy: what is put into an answer may be changed there again. */
  odd() {
    return structuredClone(this.one(ODD));
  }

  /** Changes a value in up to four places; often in none. */
  mutated(value, share = 0.6) {
    const copy = structuredClone(value);
    if (!this.chance(share)) return copy;
    let whole = { whole: copy };
    for (let times = 1 + Math.floor(this.random() * 4); times > 0; times--) whole = this.mutatedOnce(whole);
    return whole.whole;
  }
  mutatedOnce(whole) {
    let [holder, key] = [whole, 'whole'];
    while (typeof holder[key] === 'object' && holder[key] !== null && this.chance(0.8)) {
      const keys = Object.keys(holder[key]);
      if (keys.length === 0) break;
      [holder, key] = [holder[key], this.one(keys)];
    }
    const change = this.random();
    if (change < 0.25) delete holder[key];
    else if (change < 0.75) holder[key] = this.odd();
    else if (change < 0.85) holder[key] = [holder[key]];
    else if (change < 0.9) holder[key] = { [this.one(ODD_KEYS)]: holder[key] };
    else if (typeof holder[key] === 'object' && holder[key] !== null)
      Object.defineProperty(holder[key], this.one(ODD_KEYS), {
        value: this.odd(),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    else holder[key] = String(holder[key]);
    return whole;
  }

  /** JSON, or something near it. */
  text(value) {
    const json = JSON.stringify(value) ?? '';
    const how = this.random();
    if (how < 0.9) return json;
    if (how < 0.92) return json.slice(0, Math.floor(this.random() * json.length));
    if (how < 0.93) return `${'['.repeat(2_000)}${']'.repeat(2_000)}`;
    if (how < 0.94) return `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`;
    if (how < 0.95) return '<html><body>502 Bad Gateway</body></html>';
    if (how < 0.96) return `\ufeff${json}`;
    if (how < 0.97)
      return this.one(['', 'null', '1', '"ok"', 'true', '[]', '{}', 'undefined', '-', '{"error":1}']);
    if (how < 0.98) return json.replace(/\d{2,}/, '99999999999999999999999');
    const at = Math.floor(this.random() * json.length);
    return json.slice(0, at) + this.one(['\u0000', '\ud800', '"', '\\', '}', '\uffff']) + json.slice(at + 1);
  }

  headers() {
    const headers = [['content-type', 'application/json']];
    while (this.chance(0.25)) {
      const [name, values] = this.one(HEADERS);
      headers.push([name, this.one(values)]);
    }
    return headers;
  }

  /** @param right what an honest provider would answer; null: this request has none. */
  answer(provider, right) {
    const how = this.random();
    if (how < 0.001) return { breakage: this.one(['hang', 'drip']) };
    if (how < 0.02) return { breakage: this.one(['reset', 'cut', 'garbage', 'empty']) };
    const isHonest = right !== null && this.chance(0.7);
    const body = this.text(this.mutated(isHonest ? right : this.one(OBJECTS[provider])));
    const status = isHonest && this.chance(0.7) ? 200 : this.one(STATUSES);
    return {
      status,
      headers: this.chance(0.5) ? [['content-type', 'application/json']] : this.headers(),
      body,
    };
  }

  /** A webhook event, nearly always signed as the provider signs it. */
  event(provider) {
    const body = Buffer.from(this.text(this.mutated(this.one(EVENTS[provider]), 0.9)));
    const time = Math.floor(Date.now() / 1000);
    const sign = (...parts) => {
      const hmac = createHmac('sha256', SECRETS[provider]);
      for (const part of parts) hmac.update(part);
      return hmac.digest('hex');
    };
    const signed =
      provider === 'stripe'
        ? { 'stripe-signature': `t=${time},v1=${sign(`${time}.`, body)}` }
        : {
            'x-razorpay-signature': sign(body),
            'x-razorpay-event-id': `evt${Math.floor(this.random() * 1e12)}`,
          };
    const [name] = Object.keys(signed);
    if (this.chance(0.03)) signed[name] = this.one(['', 'x', 't=,v1=', 't=1,v1=1', 'é', 'a'.repeat(4_000)]);
    if (this.chance(0.01)) delete signed[name];
    return { body, headers: { 'content-type': 'application/json', ...signed } };
  }
}

const [of, list] = [
  (provider, isIt) => OBJECTS[provider].find(isIt),
  (data) => ({ object: 'list', url: '/', has_more: false, data }),
];

/** What an honest provider would answer to a request of ours; null for one that it does not know. */
function rightAnswer(provider, url, body) {
  const named = (kind, id) => {
    const found = of(provider, (one) => one.object === kind || one.entity === kind);
    return found ? { ...found, ...(id ? { id } : {}) } : null;
  };
  const [, , , kind, id, sub] = ['', ...url.split('?')[0].split('/')];
  if (provider === 'stripe') {
    const ours = /intent_id%5D=(int_\w+)|intent_id\]=(int_\w+)/.exec(body)?.slice(1).find(Boolean) ?? 'int_1';
    const intent = { ...named('payment_intent', id ?? 'pi_generated'), metadata: { intent_id: ours } };
    const charge = { ...named('charge'), payment_intent: 'pi_generated' };
    if (kind === 'payment_intents') return !id && body === '' ? list([intent]) : intent;
    if (kind === 'charges') return id ? { ...charge, id } : list([charge]);
    if (kind === 'refunds')
      return body === '' && !id
        ? list([named('refund')])
        : { ...named('refund', id), charge: 'ch_generated', metadata: { refund_id: 'ref_1' } };
    if (kind === 'disputes') return named('dispute', id);
    if (kind === 'balance_transactions') return list([named('balance_transaction')]);
    return kind === 'payouts' ? list([named('payout')]) : null;
  }
  const items = (kinds) => ({ entity: 'collection', count: kinds.length, items: kinds });
  const payment = { ...named('payment'), order_id: 'order_generated' };
  const refund = { ...named('refund', id), payment_id: 'pay_generated', notes: { refund_id: 'ref_1' } };
  if (kind === 'orders') {
    const receipt = /"receipt":"(\w+)"/.exec(body)?.[1] ?? 'int_1';
    const order = {
      ...named('order', id ?? 'order_generated'),
      receipt,
      amount: 2000,
      currency: 'USD',
      status: 'created',
      attempts: 0,
    };
    if (sub === 'payments') return items([payment]);
    return body === '' && !id ? items([order]) : order;
  }
  if (kind === 'payments' && sub?.startsWith('refund'))
    return body === '' ? items([refund]) : { ...refund, id: 'rfnd_generated' };
  if (kind === 'payments') return { ...payment, id };
  if (kind === 'refunds') return refund;
  return kind === 'disputes' ? named('dispute', id) : null;
}

module.exports = { Generator, SECRETS, rightAnswer };
