// What the peers' programs share: who calls, and where they listen.
import { createRequire } from 'node:module';
import path from 'node:path';
import { jwtVerify } from 'jose';

/** A package that the peers alone need, of tools/bench. */
export const packageOf = (name: string): any =>
  createRequire(path.join(process.env.BENCH_ROOT ?? process.cwd(), 'tools', 'bench', 'package.json'))(name);

const secret = new TextEncoder().encode(process.env.AUTH_JWT_SECRET ?? '');
// A team that cares keeps what it has verified for a while, as the gateway does.
const known = new Map<string, string>();
const KNOWN_MAX = 20_000;

/** @returns the user of a bearer token @throws where it is no good */
export async function userOf(authorization: string | undefined): Promise<string> {
  const token = (authorization ?? '').replace(/^Bearer /, '');
  const found = known.get(token);
  if (found) return found;
  const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'] });
  if (!payload.sub) throw new Error('The token names nobody');
  if (known.size < KNOWN_MAX) known.set(token, payload.sub);
  return payload.sub;
}

/** Says where it listens, as the benchmark waits for, and ends when it is told to. */
export function listening(url: string): void {
  process.stdout.write(`listens at ${url}\n`);
  process.once('SIGINT', () => process.exit(0));
}
