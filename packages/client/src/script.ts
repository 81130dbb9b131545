// A provider's own script: loaded when its sheet is needed and not before. Providers serve theirs themselves and forbid copies.
import { GatewayError } from './failure.ts';

// On a slow phone line these scripts take some seconds; whoever has none after 20 s should hear of it.
const WAIT_MS = 20_000;

/** What a payer is told when a provider's form is not there. It may be there the next time. */
export const notLoaded = () =>
  new GatewayError(
    'SHEET',
    "The provider's payment form could not be loaded. Check the connection, or a blocker of scripts, and try again.",
    0,
  );

/** What comes of `work`, unless that takes too long. @throws GatewayError SHEET */
export function inTime<Value>(work: Promise<Value>): Promise<Value> {
  let late: ReturnType<typeof setTimeout>;
  const end = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(notLoaded()), WAIT_MS);
  });
  return Promise.race([work, end]).finally(() => clearTimeout(late));
}

const loading = new Map<string, Promise<void>>();
// A browser lets a second request for the same address wait for the first, which may never end: another try has another address.
const tries = new Map<string, number>();

/**
 * What a script leaves on the page under a name; loaded once, however often it is asked for, and not at all where the page has it
 * already. A failure is tried again by the next who asks.
 * @throws GatewayError SHEET
 */
export async function served<Served>(name: string, src: string): Promise<Served> {
  // Not declared on Window: the provider's own types may be there, and say it otherwise.
  const here = () => (window as unknown as Record<string, Served | undefined>)[name];
  if (!here()) {
    if (!loading.has(src)) loading.set(src, load(src));
    await inTime(loading.get(src) as Promise<void>).catch((error) => {
      loading.delete(src);
      throw error;
    });
  }
  const found = here();
  if (!found) throw notLoaded();
  return found;
}

function load(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const before = tries.get(src) ?? 0;
    tries.set(src, before + 1);
    const address = before ? `${src}?try=${before}` : src;
    const script = Object.assign(document.createElement('script'), { src: address, async: true });
    script.onload = () => resolve();
    script.onerror = () => {
      script.remove();
      reject(notLoaded());
    };
    document.head.append(script);
  });
}
