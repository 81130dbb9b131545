// Looks at what each provider lists of one kind, its disputes or its warnings, so that what its events never told of is found.
// Lists lag: what differs is read by itself, by whoever sweeps.
import { readInstant } from '../db/instant';
import { dueAgain, type QuarantineDeps, release, workEach } from '../jobs/quarantine';
import type { CallOptions, Outcome, Provider, ProviderName } from '../providers/provider';
import type { SettlementWindow } from '../providers/settlement';
import type { IntentDeps } from './deps';

/** A page of a provider's list. */
export const AT_ONCE = 100;

/** One that is to be read, of an intent of ours. */
export interface ToRead {
  readonly intentId: string;
  /** The provider's own, of the dispute or the warning. */
  readonly id: string;
}

export interface Sweep<Item> {
  /** The loop's name, as operators see it. */
  readonly loop: string;
  /** How far back the list is read. */
  readonly days: number;
  /** The list could not be read, or not to its end. */
  readonly onUnlisted: (facts: { readonly provider: ProviderName; readonly kind: string }) => void;
  readonly list: (
    provider: Provider,
    window: SettlementWindow,
    options: CallOptions,
  ) => AsyncGenerator<Outcome<Item>, void, void>;
  readonly idOf: (item: Item) => string;
  /** Those of a page that the gateway knows otherwise, or not at all. */
  readonly differingOf: (provider: ProviderName, page: readonly Item[]) => Promise<readonly ToRead[]>;
  /** Those that are open here and that the list, which had `seen`, has no more. */
  readonly openBeside: (provider: ProviderName, seen: readonly string[]) => Promise<readonly ToRead[]>;
  readonly readOne: (provider: ProviderName, one: ToRead) => Promise<void>;
}

type Needs = QuarantineDeps & Pick<IntentDeps, 'providers' | 'providerTimeoutMs'>;

/**
 * One round over every provider that is enabled. What cannot be worked is set aside, and so is a provider whose list cannot be
 * read at all: the others go on.
 * @returns how many were read because they differed.
 */
export async function sweepListed<Item>(deps: Needs, sweep: Sweep<Item>): Promise<number> {
  let read = 0;
  await workEach(deps, sweep.loop, [...deps.providers.keys()], String, async (provider) => {
    // Providers are worked beside each other: the sum is read after the wait.
    const more = await sweepProvider(deps, sweep, provider);
    read += more;
  });
  // What failed just now has a later time: these are as the provider says, and nothing was left to do about them.
  for (const id of await dueAgain(deps, sweep.loop, AT_ONCE)) await release(deps, sweep.loop, id);
  return read;
}

async function sweepProvider<Item>(deps: Needs, sweep: Sweep<Item>, name: ProviderName): Promise<number> {
  const provider = deps.providers.get(name);
  if (!provider) return 0;
  const nowSeconds = Math.floor((await readInstant(deps.pool)).getTime() / 1000);
  // Two clocks that differ: what is new there may be of tomorrow here.
  const window = { from: nowSeconds - sweep.days * 86_400, to: nowSeconds + 86_400 };
  const seen: string[] = [];
  let page: Item[] = [];
  let read = 0;
  const work = async () => {
    read += await readEach(deps, sweep, name, await sweep.differingOf(name, page));
    page = [];
  };
  for await (const outcome of sweep.list(provider, window, { timeoutMs: deps.providerTimeoutMs })) {
    if (outcome.kind !== 'ok') {
      await work();
      sweep.onUnlisted({ provider: name, kind: outcome.kind });
      return read;
    }
    page.push(outcome.value);
    seen.push(sweep.idOf(outcome.value));
    if (page.length >= AT_ONCE) await work();
  }
  await work();
  return read + (await readEach(deps, sweep, name, await sweep.openBeside(name, seen)));
}

/** One after the other: each is a call to the provider. */
async function readEach<Item>(
  deps: Needs,
  { loop, readOne }: Sweep<Item>,
  provider: ProviderName,
  differing: readonly ToRead[],
): Promise<number> {
  let read = 0;
  for (const one of differing)
    read += await workEach(
      deps,
      loop,
      [one],
      ({ id }) => id,
      () => readOne(provider, one),
    );
  return read;
}
