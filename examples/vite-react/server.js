// The back end of the page: who somebody is, and what costs credits. It serves what `npm run build` made, too.
import { randomUUID } from 'node:crypto';
import { createGateway, isGatewayError } from '@credits-gateway/server';
import express from 'express';
import { SignJWT } from 'jose';

const { CREDITS_URL = '', CREDITS_API_KEY = '', AUTH_JWT_SECRET = '', PORT = '3000' } = process.env;
if (!CREDITS_URL || !CREDITS_API_KEY || !AUTH_JWT_SECRET) throw new Error('npm run setup writes .env.');
const gateway = createGateway({ url: CREDITS_URL, apiKey: CREDITS_API_KEY });
const PALETTE_CREDITS = 2;

/** Your own sign-in goes here: this one believes whoever comes, and gives each browser a user of its own. */
function userOf(request, response) {
  const known = /(?:^|; )user=(user_[0-9a-f-]{36})/.exec(request.headers.cookie ?? '')?.[1];
  const userId = known ?? `user_${randomUUID()}`;
  if (!known) response.cookie('user', userId, { httpOnly: true, sameSite: 'lax' });
  return userId;
}

/** Five colours that the same word always has. */
function paletteOf(word) {
  const hue = [...word].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  return [0, 24, 48, 180, 204].map((turn, nth) => `hsl(${(hue + turn) % 360} 65% ${72 - nth * 10}%)`);
}

const app = express();
app.use(express.json({ limit: '10kb' }));
app.use(express.static('dist'));

app.get('/api/session', (request, response) => {
  response.json({ userId: userOf(request, response), creditsUrl: CREDITS_URL });
});

// By this token the gateway knows the user, for a quarter of an hour; the page asks for a new one whenever it needs one.
app.post('/api/credits-token', async (request, response) => {
  const token = new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userOf(request, response))
    .setExpirationTime('15m');
  response.json({ token: await token.sign(new TextEncoder().encode(AUTH_JWT_SECRET)) });
});

// What is paid for. The page makes an id for each click: the same request again is paid once.
app.post('/api/palettes', async (request, response) => {
  const { id, word } = request.body ?? {};
  if (typeof word !== 'string' || !/^.{1,30}$/.test(word) || !/^[\w-]{8,64}$/.test(id))
    return response.status(400).json({ message: 'A palette takes a word of 1 to 30 letters.' });
  const userId = userOf(request, response);
  await gateway.spend({
    userId,
    credits: PALETTE_CREDITS,
    reason: 'palette',
    idempotencyKey: `palette-${id}`,
  });
  response.json({ colours: paletteOf(word) });
});

app.use((error, _request, response, _next) => {
  if (isGatewayError(error, 'INSUFFICIENT_CREDITS'))
    return response.status(402).json({
      message: `A palette costs ${PALETTE_CREDITS} credits, and you have fewer. Buy some, then try again.`,
    });
  console.error(error);
  response.status(503).json({ message: 'That did not work yet. Try again: it is paid once.' });
});

// On this machine alone: its sign-in believes whoever comes.
app.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`));
