import { readFileSync } from 'node:fs';
import { createGateway, isGatewayError } from '@credits-gateway/server';
import { deliveryListener } from '@credits-gateway/server/receivers';
import express, { type NextFunction, type Request, type Response } from 'express';
import { keep } from './deliveries.js';
import { live } from './live.js';
import { POSTER_CREDITS, poster } from './poster.js';
import { settings } from './settings.js';
import { creditsToken, userOf } from './user.js';

const gateway = createGateway({ url: settings.creditsUrl, apiKey: settings.apiKey });
const app = express();

// Before what parses bodies: a delivery is signed as the bytes that it came in.
app.post(
  '/hooks',
  deliveryListener({ secret: settings.webhookSecret, handle: keep, onError: console.error }),
);
app.use(express.json({ limit: '10kb' }));

const page = readFileSync('public/index.html', 'utf8').replaceAll('%CREDITS_URL%', settings.creditsUrl);
app.get('/', (request, response) => {
  userOf(request, response);
  response.type('html').send(page);
});
app.use(express.static('public', { index: false }));

// <buy-credits> asks here for the token of whoever is signed in.
app.post('/api/credits-token', async (request, response) => {
  response.json({ token: await creditsToken(userOf(request, response)) });
});

app.get('/api/live', live(gateway));

// What is paid for. The page makes an id for each click: the same request again is paid once and gets the same poster.
app.post('/api/posters', async (request, response) => {
  const { id, words } = (request.body ?? {}) as { id?: unknown; words?: unknown };
  if (
    typeof id !== 'string' ||
    typeof words !== 'string' ||
    !/^.{1,40}$/.test(words) ||
    !/^[\w-]{8,64}$/.test(id)
  ) {
    response.status(400).json({ code: 'INVALID_INPUT', message: 'A poster takes 1 to 40 characters.' });
    return;
  }
  const { balance } = await gateway.spend({
    userId: userOf(request, response),
    credits: POSTER_CREDITS,
    reason: 'poster',
    reference: id,
    idempotencyKey: `poster-${id}`,
  });
  response.json({ svg: poster(words), available: balance.available });
});

app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (response.headersSent) return next(error);
  if (isGatewayError(error, 'INSUFFICIENT_CREDITS')) {
    response.status(402).json({
      code: error.code,
      message: `A poster costs ${POSTER_CREDITS} credits, and you have fewer. Buy some, then try again.`,
    });
    return;
  }
  console.error(error);
  response
    .status(503)
    .json({ code: 'UNAVAILABLE', message: 'That did not work yet. Try again: it is paid once.' });
});

// On this machine alone: its sign-in believes whoever comes.
app.listen(settings.port, '127.0.0.1', () => console.log(`http://127.0.0.1:${settings.port}`));
