// One page and the three answers behind it, on nothing but Node.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createGateway, isGatewayError } from '@credits-gateway/server';
import { SignJWT } from 'jose';

const { CREDITS_URL = '', CREDITS_API_KEY = '', AUTH_JWT_SECRET = '', PORT = '3000' } = process.env;
if (!CREDITS_URL || !CREDITS_API_KEY || !AUTH_JWT_SECRET) throw new Error('npm run setup writes .env.');
const gateway = createGateway({ url: CREDITS_URL, apiKey: CREDITS_API_KEY });
const page = readFileSync('index.html', 'utf8').replaceAll('%CREDITS_URL%', CREDITS_URL);

const FORTUNES = [
  'What you mend today will hold.',
  'A letter that you wait for is on its way.',
  'The shorter road is the one that you know.',
  'Somebody thinks of you with gratitude.',
  'Say it in fewer words and it will be heard.',
];

/** Each answers {status, json} for a user. */
const answers = {
  // <buy-credits> asks here for the token of whoever is signed in; the gateway knows them by it for a quarter of an hour.
  'POST /api/credits-token': async (userId) => {
    const token = new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(userId)
      .setExpirationTime('15m');
    return { status: 200, json: { token: await token.sign(new TextEncoder().encode(AUTH_JWT_SECRET)) } };
  },
  'GET /api/balance': async (userId) => {
    const { available } = await gateway.balance(userId);
    return { status: 200, json: { available } };
  },
  // What is paid for. The page makes an id for each click: the same request again is paid once.
  'POST /api/fortunes': async (userId, query) => {
    const id = query.get('id') ?? '';
    if (!/^[\w-]{8,64}$/.test(id)) return { status: 400, json: { message: 'A fortune needs an id.' } };
    const spend = { userId, credits: 1, reason: 'fortune', idempotencyKey: `fortune-${id}` };
    const { balance, transaction } = await gateway.spend(spend);
    const fortune = FORTUNES[transaction.id.charCodeAt(transaction.id.length - 1) % FORTUNES.length];
    return { status: 200, json: { fortune, available: balance.available } };
  },
};

function troubled(error) {
  if (isGatewayError(error, 'INSUFFICIENT_CREDITS'))
    return {
      status: 402,
      json: { message: 'A fortune costs 1 credit, and you have none. Buy some, then ask again.' },
    };
  console.error(error);
  return { status: 503, json: { message: 'That did not work yet. Ask again: it is paid once.' } };
}

const server = createServer(async (request, response) => {
  // Your own sign-in goes here: this one believes whoever comes, and gives each browser a user of its own.
  const known = /(?:^|; )user=(user_[0-9a-f-]{36})/.exec(request.headers.cookie ?? '')?.[1];
  const userId = known ?? `user_${randomUUID()}`;
  if (!known) response.setHeader('set-cookie', `user=${userId}; HttpOnly; SameSite=Lax; Path=/`);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page');
  const answer = answers[`${request.method} ${pathname}`];
  if (answer) {
    const { status, json } = await answer(userId, searchParams).catch(troubled);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  } else if (pathname === '/')
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  else response.writeHead(404).end();
});

// On this machine alone: its sign-in believes whoever comes.
server.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`));
