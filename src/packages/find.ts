// What is on sale. The list is small and changes rarely, so a process keeps it for a moment; a price that changed
// meanwhile is caught by claim_intents(), which compares it with the tables.
import type pg from 'pg';
import { type Row, rowMapper } from '../db/columns';
import { release, setAside } from '../jobs/quarantine';
import { digitsOf, isKnownCurrency, type Money } from '../kernel/money';
import type { Logger } from '../telemetry/logger';
import { Package, Price } from './package.entity';

/** A package with every price it is sold at, its own currency first. */
export interface Offer {
  readonly package: Package;
  readonly prices: readonly Money[];
}

export interface Catalogue {
  /** Every package, also inactive ones, cheapest first. */
  all(): Promise<readonly Offer[]>;
  byId(id: string): Promise<Offer | null>;
  /** Forgets what it kept, so that the next read sees a change. */
  refresh(): void;
}

// Long enough to share a read among a burst of purchases, short enough that nobody waits for a change to be seen.
const KEPT_MS = 1_000;

/** The name under which a package that cannot be shown is set aside. */
const LOOP = 'packages';
// Within the hour after which what nobody comes back to is forgotten.
const SAY_AGAIN_MS = 600_000;

export function createCatalogue(deps: { readonly pool: pg.Pool; readonly log: Logger }): Catalogue {
  const sift = sifter(deps);
  let kept: Promise<readonly Offer[]> | null = null;
  let readAtMs = 0;

  function all(): Promise<readonly Offer[]> {
    if (kept && Date.now() - readAtMs < KEPT_MS) return kept;
    readAtMs = Date.now();
    const reading = readOffers(deps.pool).then(sift);
    reading.catch(() => {
      if (kept === reading) kept = null;
    });
    kept = reading;
    return reading;
  }

  return {
    all,
    byId: async (id) => (await all()).find((offer) => offer.package.id === id) ?? null,
    refresh: () => {
      kept = null;
    },
  };
}

const packageOf = rowMapper(Package);
const priceOf = rowMapper(Price);

async function readOffers(pool: pg.Pool): Promise<readonly Offer[]> {
  const [packages, prices] = await Promise.all([
    pool.query<Row>('select * from packages'),
    pool.query<Row>('select * from prices order by currency'),
  ]);
  const all = prices.rows.map(priceOf);
  const offers = packages.rows.map(packageOf).map((item) => {
    const own = all.filter((price) => price.packageId === item.id);
    const first = own.filter((price) => price.currency === item.currency);
    const rest = own.filter((price) => price.currency !== item.currency);
    return { package: item, prices: [...first, ...rest] };
  });
  return offers.sort((a, b) => Number((a.prices[0]?.amountMinor ?? 0n) - (b.prices[0]?.amountMinor ?? 0n)));
}

/**
 * Leaves out what cannot be shown in money, so that one package keeps no other from being sold, and says so until
 * it is mended.
 */
function sifter(deps: { readonly pool: pg.Pool; readonly log: Logger }) {
  const saidAtMs = new Map<string, number>();
  return async (offers: readonly Offer[]): Promise<readonly Offer[]> => {
    const isFine = (offer: Offer) => offer.prices.every(({ currency }) => isKnownCurrency(currency));
    for (const offer of offers) {
      const { id } = offer.package;
      if (isFine(offer) && saidAtMs.delete(id)) await release(deps, LOOP, id);
      if (isFine(offer) || (saidAtMs.get(id) ?? Number.NEGATIVE_INFINITY) + SAY_AGAIN_MS > Date.now())
        continue;
      saidAtMs.set(id, Date.now());
      await setAside(deps, LOOP, id, unknownOf(offer));
    }
    return offers.filter(isFine);
  };
}

function unknownOf({ prices }: Offer): unknown {
  try {
    for (const { currency } of prices) digitsOf(currency);
  } catch (error) {
    return error;
  }
  return null;
}

/** What the package costs in `currency`, or null when it is not sold in it. */
export const priceIn = (offer: Offer, currency: string): Money | null =>
  offer.prices.find((price) => price.currency === currency) ?? null;
