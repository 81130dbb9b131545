// npm run cli -- clock, and clock advance 31d: the clock of a gateway that runs in mock mode, asked over HTTP, because its database
// may be one that no other process reaches.
import { userInfo } from 'node:os';
import type { Config } from '../kernel/config';
import { type Command, UsageError } from './command';
import { instantOf } from './given';

export const CLOCK_HELP = `Usage: npm run cli -- clock
       npm run cli -- clock advance 31d        45s, 30m, 12h, 31d, or an instant such as 2027-01-31T00:00:00Z
  --json   the instant and by how many milliseconds it is ahead`;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const DAY_MS = 86_400_000;
// 400 days are 400 steps, each with what came due in it.
const ANSWER_WITHIN_MS = 120_000;

interface Clock {
  readonly now: string;
  readonly offsetMs: number;
}

export const clock: Command = async (args, config) => {
  const isJson = args.includes('--json');
  const told = (shown: Clock) => (isJson ? JSON.stringify(shown) : inWords(shown));
  const [verb, by, ...more] = args.filter((arg) => arg !== '--json');
  if (verb === undefined) {
    const { clock: shown } = await ask<{ clock: Clock }>(config, '{ clock { now offsetMs } }', {});
    return told(shown);
  }
  if (verb !== 'advance' || by === undefined || more.length > 0) throw new UsageError(CLOCK_HELP);
  const { advanceClock } = await ask<{
    advanceClock: { clock: Clock | null; errors: { message: string }[] };
  }>(
    config,
    `mutation ($input: AdvanceClockInput!) {
      advanceClock(input: $input) { clock { now offsetMs } errors { message } } }`,
    { input: inputOf(by) },
  );
  const [error] = advanceClock.errors;
  if (error || !advanceClock.clock) throw new UsageError(error?.message ?? 'The gateway said nothing.');
  return told(advanceClock.clock);
};

function inputOf(by: string): { bySeconds: number } | { to: string } {
  const [, count, unit = ''] = /^(\d{1,8})([smhd])$/.exec(by) ?? [];
  const seconds = UNIT_SECONDS[unit];
  if (count !== undefined && seconds !== undefined) return { bySeconds: Number(count) * seconds };
  return { to: instantOf(by, CLOCK_HELP).toISOString() };
}

const inWords = ({ now, offsetMs }: Clock): string =>
  offsetMs === 0
    ? `${now}, as this machine's clock`
    : `${now}, ${Number((offsetMs / DAY_MS).toFixed(2))} days ahead of this machine's clock`;

interface Answer {
  readonly token?: string;
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

async function ask<Data>({ host, port }: Config, query: string, variables: object): Promise<Data> {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const post = async (path: string, body: object, token?: string) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((cause: unknown) => {
      throw new UsageError(`No gateway answers at ${url}: npm start begins one (${String(cause)}).`);
    });
    return { ok: response.ok, json: (await response.json().catch(() => null)) as Answer | null };
  };
  const signedIn = await post('/dev/token', { userId: `cli:${userInfo().username}`, role: 'admin' });
  if (!signedIn.ok) throw new UsageError('The clock is moved in mock mode only.');
  const { json } = await post('/graphql', { query, variables }, signedIn.json?.token);
  if (!json?.data) throw new UsageError(json?.errors?.[0]?.message ?? 'The gateway did not answer.');
  return json.data as Data;
}
