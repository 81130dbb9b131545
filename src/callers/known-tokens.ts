// A client sends one token with every request, and its signature says the same each time. Checking it costs more than the
// rest of a small read: what was found is kept for a while, but never past the token's own end.
import type { Caller } from './caller';

type CallerOfToken = (token: string) => Promise<Caller>;

// A key that its publisher withdraws has to stop working soon; the published keys themselves are kept for longer.
const KEPT_MS = 30_000;
// With their tokens about 1 kB each.
const KEPT_MAX = 10_000;

/** The same, asked once in 30 s for each token. Refusals are not kept: guessing fills no memory. */
export function rememberingTokens(callerOf: CallerOfToken, now: () => number = Date.now): CallerOfToken {
  const known = new Map<string, { readonly caller: Caller; readonly untilMs: number }>();
  return async (token) => {
    const found = known.get(token);
    if (found && found.untilMs > now()) return found.caller;
    known.delete(token);
    const caller = await callerOf(token);
    if (known.size >= KEPT_MAX) known.clear();
    known.set(token, { caller, untilMs: Math.min(now() + KEPT_MS, caller.expiresAtMs ?? Infinity) });
    return caller;
  };
}
