// Credits that come with a subscription of Stripe: each invoice that is paid gives once, until its period ends, and one that is
// credited back takes what is left of its own. Node 18 or newer and the package stripe.
//
//   STRIPE_WEBHOOK_SECRET=whsec_… GATEWAY_URL=http://127.0.0.1:4000 GATEWAY_API_KEY=… CAMPAIGN=plans PORT=8080 node subscription-grants.js
//
// At Stripe, the subscription's metadata says who it is for (user_id) and how many credits a period brings (credits).
const http = require('node:http');
const Stripe = require('stripe');

const { STRIPE_WEBHOOK_SECRET, GATEWAY_URL, GATEWAY_API_KEY, CAMPAIGN, PORT } = process.env;
const BODY_BYTES_MAX = 1024 * 1024;

// This belongs in your database. Where it is lost, grantCredits with the same key answers the same grant.
const grantOf = new Map();

async function gateway(query, input) {
  const response = await fetch(`${GATEWAY_URL}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${GATEWAY_API_KEY}` },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return Object.values(data)[0];
}

/** The invoice's id is the key: however often Stripe tells of it, and whatever else changes in the period, it gives once. */
async function paid(invoice) {
  const { metadata } = invoice.parent.subscription_details;
  const { period } = invoice.lines.data[0];
  const { results, errors } = await gateway(
    `mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) {
      results { outcome grant { id } error { message } } errors { message } } }`,
    {
      campaign: CAMPAIGN,
      grants: [
        {
          userId: metadata.user_id,
          credits: Number(metadata.credits),
          key: invoice.id,
          reason: 'Credits of your plan',
          // The end of one period is the beginning of the next: nothing is lost in between, and nothing is there twice.
          expiresAt: new Date(period.end * 1000).toISOString(),
        },
      ],
    },
  );
  const [result] = results;
  if (!result?.grant) throw new Error(result?.error.message ?? errors[0].message);
  grantOf.set(invoice.id, result.grant.id);
  return result.outcome;
}

/** Only what is left of this invoice's credits goes; what was bought, and other periods, stay. */
async function creditedBack({ invoice }) {
  const id = grantOf.get(invoice);
  if (!id) return 'nothing';
  const { errors, replayed } = await gateway(
    `mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { replayed errors { message } } }`,
    { id, reason: `Invoice ${invoice} was credited back` },
  );
  if (errors.length > 0) throw new Error(errors[0].message);
  return replayed ? 'revoked before' : 'revoked';
}

const HANDLERS = { 'invoice.paid': paid, 'credit_note.created': creditedBack };

const server = http.createServer(async (request, response) => {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return response.writeHead(413).end();
    chunks.push(chunk);
  }
  let event;
  try {
    const signature = request.headers['stripe-signature'];
    event = Stripe.webhooks.constructEvent(Buffer.concat(chunks), signature, STRIPE_WEBHOOK_SECRET);
  } catch {
    return response.writeHead(400).end('The signature is not of this secret.');
  }
  try {
    const became = (await HANDLERS[event.type]?.(event.data.object)) ?? 'ignored';
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ became }));
  } catch (error) {
    // Anything but 2xx, and Stripe sends it again.
    console.error(error);
    response.writeHead(500).end();
  }
});

server.listen(Number(PORT ?? 8080), '127.0.0.1', () => {
  console.log(JSON.stringify({ what: 'listening', port: server.address().port }));
});
