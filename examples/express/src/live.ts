// What a page is told while it is open, as server-sent events: the user's balance, and what the gateway delivered.
import type { Gateway } from '@credits-gateway/server';
import type { Request, Response } from 'express';
import { arrivals, deliveriesOf } from './deliveries.js';
import { userOf } from './user.js';

/** GET /api/live. The gateway is asked with this back end's key: the browser needs no socket to it. */
export const live = (gateway: Gateway) => async (request: Request, response: Response) => {
  const userId = userOf(request, response);
  const gone = new AbortController();
  const send = (event: string, data: unknown) =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const tell = () =>
    send(
      'deliveries',
      deliveriesOf(userId).map(({ id, type, data }) => ({
        id,
        type,
        credits: 'credits' in data ? data.credits : null,
      })),
    );
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  arrivals.on(userId, tell);
  response.on('close', () => {
    arrivals.off(userId, tell);
    gone.abort();
  });
  tell();
  try {
    for await (const { balance, delta } of gateway.watchBalance(userId, { signal: gone.signal }))
      send('balance', { available: balance.available, delta });
  } catch (error) {
    console.error(error);
  }
  // The page's EventSource comes back by itself.
  response.end();
};
