import { readFileSync } from 'node:fs';
import { createGateway } from '@credits-gateway/server';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { chat } from './chat.js';
import { settings } from './settings.js';
import { creditsToken, userOf } from './user.js';

const gateway = createGateway({ url: settings.creditsUrl, apiKey: settings.apiKey });
const app = new Hono();

const page = readFileSync('public/index.html', 'utf8').replaceAll('%CREDITS_URL%', settings.creditsUrl);
app.get('/', (c) => {
  userOf(c);
  return c.html(page);
});

// <buy-credits> asks here for the token of whoever is signed in.
app.post('/api/credits-token', async (c) => c.json({ token: await creditsToken(userOf(c)) }));

app.post('/api/chat', chat(gateway));

// What is left, live: also after a purchase, and when a hold is over.
app.get('/api/balance', (c) => {
  const userId = userOf(c);
  return streamSSE(c, async (out) => {
    const gone = new AbortController();
    out.onAbort(() => gone.abort());
    for await (const { balance } of gateway.watchBalance(userId, { signal: gone.signal }))
      await out.writeSSE({ data: JSON.stringify({ available: balance.available, held: balance.held }) });
  });
});

app.use('*', serveStatic({ root: 'public' }));
app.onError((error, c) => {
  console.error(error);
  return c.json({ code: 'UNAVAILABLE', message: 'That did not work. Nothing was spent; try again.' }, 503);
});

// On this machine alone: its sign-in believes whoever comes.
serve({ fetch: app.fetch, port: settings.port, hostname: '127.0.0.1' }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}`),
);
