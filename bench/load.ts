// A bounded load over HTTP: so many callers, each with one request under way, for so long.
import http from 'node:http';

export interface Load {
  readonly name: string;
  readonly callers: number;
  /** How long, or how many operations in all. */
  readonly seconds?: number;
  readonly operations?: number;
  /** One operation of one caller; may take several requests. */
  readonly operation: (caller: number, nth: number) => Promise<void>;
}

export interface Measured {
  readonly name: string;
  readonly operations: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
}

export async function measure(load: Load): Promise<Measured> {
  const timesMs: number[] = [];
  let errors = 0;
  const startedMs = performance.now();
  const untilMs = startedMs + (load.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  let left = load.operations ?? Number.POSITIVE_INFINITY;
  const caller = async (at: number) => {
    for (let nth = 0; left-- > 0 && performance.now() < untilMs; nth++) {
      const sentMs = performance.now();
      try {
        await load.operation(at, nth);
        timesMs.push(performance.now() - sentMs);
      } catch (error) {
        if (errors++ === 0) process.stderr.write(`${load.name}: ${String(error)}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: load.callers }, (_, at) => caller(at)));
  const seconds = (performance.now() - startedMs) / 1000;
  timesMs.sort((a, b) => a - b);
  const at = (share: number) => timesMs[Math.floor(timesMs.length * share)] ?? 0;
  return {
    name: load.name,
    operations: timesMs.length,
    perSecond: timesMs.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    errors,
  };
}

/** Works each item once, so many at a time. */
export async function inParallel<Item>(
  callers: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const caller = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

/** POSTs JSON over kept connections; Node's fetch costs the client more than the gateway needs to answer. */
export function post(url: string, body: unknown, token = ''): Promise<any> {
  const payload = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(payload),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        const answer = JSON.parse(text);
        if (answer.errors) reject(new Error(text.slice(0, 300)));
        else resolve(answer);
      });
    });
    request.on('error', reject);
    request.end(payload);
  });
}
