// Bursts of a provider's webhook events, as the simulator has signed and sent them, or would have.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { MOCK_WEBHOOK_SECRETS } from '../../../src/providers/mock-webhook-secrets';
import { inParallel } from '../../load';
import { type Apart, apart, buying, WORKED_WITHIN_MS } from '../apart';
import { type Connection, connections, newKey } from '../connection';
import { pause } from '../drive';
import { figure, inTurns, type Measured, type Side } from '../rounds';
import type { Row } from '../row';
import type { Stand, Stands } from '../stands';
import { Books } from '../verify';
import { CONNECTIONS } from './money';

const EVENTS = 5_000;
// Payments that the events are about: each as often, so that a burst is mostly news of nothing, or less so.
const FEW = 400;
const MANY = 1_250;
interface Letter {
  readonly id: string;
  readonly text: string;
}

/** Signed as Stripe does: https://docs.stripe.com/webhooks#verify-manually. */
function letterOf(body: string, id: string): string {
  const at = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', MOCK_WEBHOOK_SECRETS.stripe).update(`${at}.${body}`).digest('hex');
  return (
    `POST /webhooks/stripe HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nx-event: ${id}\r\n` +
    `stripe-signature: t=${at},v1=${signature}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}

export const WEBHOOKS: Row = {
  name: 'webhooks',
  run: async (stands, turns) => {
    const bodies: string[] = [];
    const sink = http.createServer((request, response) => {
      let body = '';
      request.setEncoding('latin1');
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(200, { 'content-length': '2' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/webhooks`;
    // Where a round fails the process still ends.
    sink.unref();
    const pair = await apart(stands, 'webhooks', url);
    const sides = await inTurns([burst(stands, pair, bodies, FEW), burst(stands, pair, bodies, MANY)], {
      ...turns,
      rounds: turns.rounds,
    });
    await pair.stop();
    sink.closeAllConnections();
    sink.close();
    const [few] = sides as [Measured, Measured];
    return [
      {
        title: `webhook events, a burst of ${EVENTS.toLocaleString('en')} over 64 connections`,
        sides,
        goals: [
          {
            what: `worked a second, of ${FEW} payments`,
            figure: figure(few, (r) => r.perSecond),
            atLeast: 2_500,
          },
        ],
        notes: [
          'Worked is counted from the first event that is sent; the payments are read back from the simulator over HTTP.',
        ],
      },
    ];
  },
};

/** @param bodies what the simulator has sent so far @param payments which the events are about, each as often */
function burst(stands: Stands, pair: Apart, bodies: string[], payments: number): Side {
  const { stand } = pair;
  const kept = connections(stand.gateway.url, CONNECTIONS);
  const buy = buying(pair, stands);
  const books = new Books(stand.owner);
  let letters: Letter[] = [];
  return {
    ...{ name: `of ${payments.toLocaleString('en')} payments`, pids: [stand.pid] },
    before: async () => {
      bodies.length = 0;
      const places = Array.from({ length: payments }, (_, at) => at);
      const free = kept.map((connection, at) => ({ connection, at }));
      await inParallel(CONNECTIONS, places, async () => {
        const place = free.pop() as (typeof free)[number];
        await buy(place.connection, place.at);
        free.push(place);
      });
      const untilMs = performance.now() + WORKED_WITHIN_MS;
      while (bodies.length < 2 * payments && performance.now() < untilMs) await pause(10);
      letters = Array.from({ length: EVENTS }, (_, at) => {
        const body = bodies[at % bodies.length] as string;
        const id = `evt_${newKey()}`;
        const again = body.replace(/"id": ?"evt_[^"]+"/, `"id":"${id}"`);
        return { id, text: letterOf(again, id) };
      });
      await books.note();
    },
    run: async () => {
      const rest = letters.slice();
      const timesMs: number[] = [];
      const startedMs = performance.now();
      let [errors, firstError] = [0, ''];
      const sending = async (connection: Connection) => {
        for (let letter = rest.pop(); letter; letter = rest.pop()) {
          const sentMs = performance.now();
          const { status, body } = await connection.send(letter.text);
          timesMs.push(performance.now() - sentMs);
          if (status !== 200 && errors++ === 0) firstError = `${status}: ${body}`;
        }
      };
      await Promise.all(kept.map(sending));
      const storedSeconds = (performance.now() - startedMs) / 1_000;
      await untilWorked(stand, letters);
      const seconds = (performance.now() - startedMs) / 1_000;
      return {
        operations: EVENTS,
        seconds,
        timesMs,
        errors,
        firstError,
        more: { 'stored a second': EVENTS / storedSeconds },
      };
    },
    verify: () => books.verify({ receipt: payments, grant: payments }),
  };
}

async function untilWorked({ owner }: Stand, letters: readonly Letter[]): Promise<void> {
  const untilMs = performance.now() + WORKED_WITHIN_MS;
  const ids = letters.map(({ id }) => id);
  for (;;) {
    const { rows } = await owner.query(
      `select count(*)::integer as worked from webhook_events where status = 'processed' and provider_event_id = any($1)`,
      [ids],
    );
    if (rows[0].worked === ids.length) return;
    if (performance.now() > untilMs) throw new Error(`${rows[0].worked} of ${ids.length} events are worked`);
    await pause(20);
  }
}
