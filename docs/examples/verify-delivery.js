// Receives deliveries of the gateway and believes only what it signed. Node 18 or newer, no dependency.
//
//   WEBHOOK_SECRET=whsec_… PORT=8080 node verify-delivery.js
//
// The secret is in the answer of createWebhookEndpoint. While it is being changed, give both, separated by a comma.
// Libraries for other languages: https://www.standardwebhooks.com
const { createHmac, timingSafeEqual } = require('node:crypto');
const http = require('node:http');

const TOLERANCE_SECONDS = 5 * 60; // Older than this is a recording that somebody plays again.
const BODY_BYTES_MAX = 1024 * 1024;

/**
 * Whether a request came from the gateway. `body` is what arrived, byte for byte: JSON that was parsed and written again
 * is another text and has another signature.
 */
function isAuthentic(headers, body, secrets, nowSeconds = Math.floor(Date.now() / 1000)) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (!id || !signatures || !/^\d+$/.test(timestamp ?? '')) return false;
  if (Math.abs(nowSeconds - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  return secrets.some((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
    return signatures.split(' ').some((signature) => {
      const [scheme, value] = signature.split(',');
      const given = Buffer.from(value ?? '', 'base64');
      return scheme === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
    });
  });
}

// Both belong in your database, in the transaction that does the work.
const seen = new Set();
const latest = new Map();

/** What the event's sequence counts the changes of: one intent, one hold, one user's balance, how often that was low, or one code. */
function subjectOf({ type, data, userId }) {
  if (type === 'credits.low' || type === 'credits.depleted') return `low ${userId}`;
  if (type === 'promo.redeemed') return `code ${data.code}`;
  if (type.startsWith('credits.')) return `balance ${userId}`;
  // What happens to an intent's money afterwards (refund.*, dispute.*) is counted with it. test.ping counts nothing.
  return type.startsWith('hold.') ? `hold ${data.holdId}` : data.intentId && `intent ${data.intentId}`;
}

/**
 * Acts on an event. The same one may come again; `late` is one that tells of a time before what is known already: it happened,
 * but the balance or the status that it carries is not the present one.
 */
function handle(event) {
  if (seen.has(event.id)) return 'seen';
  seen.add(event.id);
  const subject = subjectOf(event);
  if (event.sequence <= (latest.get(subject) ?? 0)) return 'late';
  if (subject) latest.set(subject, event.sequence);
  return 'new';
}

const secrets = (process.env.WEBHOOK_SECRET ?? '').split(',').filter((secret) => secret !== '');

const server = http.createServer((request, response) => {
  const chunks = [];
  let bytes = 0;
  request.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) request.destroy();
    chunks.push(chunk);
  });
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (!isAuthentic(request.headers, body, secrets)) return response.writeHead(400).end();
    const event = JSON.parse(body);
    console.log(JSON.stringify({ what: handle(event), id: event.id, type: event.type }));
    // Answer at once and work afterwards: after 20 seconds without an answer the delivery counts as failed.
    response.writeHead(204).end();
  });
});

server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? '127.0.0.1', () => {
  console.log(JSON.stringify({ what: 'listening', port: server.address().port }));
});
