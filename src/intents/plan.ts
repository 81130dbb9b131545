// What a new purchase would be: what is sold, for how much, and by whom the money is taken.
import { isKnownCurrency, type Money } from '../kernel/money';
import { invalidInput, notFound, RetryLaterProblem } from '../kernel/problems';
import { type Offer, priceIn } from '../packages/find';
import type { Challenge } from '../payments/intent.entity';
import type { MetadataRoom } from '../providers/capabilities';
import { descriptorOf } from '../providers/descriptors';
import type { Provider, ProviderName } from '../providers/provider';
import { refusalUnder } from '../providers/terms';
import { defaultProvider } from './default-provider';
import type { IntentDeps } from './deps';
import { checkReturnUrl } from './return-url';
import { type Wish, type Wished, wishOf } from './wish';

type Needs = Pick<IntentDeps, 'allowedOrigins' | 'catalogue' | 'mode' | 'paymentsEnabled' | 'providers'>;

/** What of the input decides it. */
type Wanted = Wished & { readonly provider?: ProviderName | null };

export interface Plan {
  readonly offer: Offer;
  readonly price: Money;
  readonly wish: Wish;
  readonly room: MetadataRoom;
  /** What a challenge adds to the request; null: the provider cannot ask for more. */
  readonly challenge: Challenge | null;
  /** In its currency. */
  readonly isCheapest: boolean;
}

/** What a new purchase would be. @throws Problem when it cannot be made */
export async function planOf(deps: Needs, input: Wanted): Promise<Plan> {
  checkReturnUrl(deps, input.returnUrl);
  const offer = await offerOf(deps, input.packageId);
  const price = priceOf(offer, input.currency);
  const provider = providerOf(deps, price, input.provider);
  const wish = wishOf(input, provider.name, price);
  if (!deps.paymentsEnabled)
    throw new RetryLaterProblem('PAYMENTS_DISABLED', 'New payments are switched off at the moment.', 60);
  const isCheapest = (await deps.catalogue.all()).every(
    (other) =>
      !other.package.active ||
      (priceIn(other, price.currency)?.amountMinor ?? price.amountMinor) >= price.amountMinor,
  );
  const { metadata: room, canForceAuthentication } = provider.capabilities;
  const challenge = canForceAuthentication ? ({ forceAuthentication: true } as const) : null;
  return { offer, price, wish, room, challenge, isCheapest };
}

async function offerOf(deps: Needs, packageId: string): Promise<Offer> {
  const offer = await deps.catalogue.byId(packageId);
  if (!offer?.package.active) throw notFound('The package', ['input', 'packageId']);
  return offer;
}

function priceOf(offer: Offer, currency: string | null | undefined): Money {
  const price = priceIn(offer, currency ?? offer.package.currency);
  if (!price || !isKnownCurrency(price.currency))
    throw invalidInput(`${offer.package.name} is not sold in ${currency}.`, 'currency');
  return price;
}

function providerOf(deps: Needs, price: Money, wanted: ProviderName | null | undefined): Provider {
  const name = wanted ?? defaultProvider(deps.providers, price.currency, price.amountMinor);
  const provider = name && deps.providers.get(name);
  if (!name || !provider) throw invalidInput(`${wanted ?? 'No provider'} is not enabled here.`, 'provider');
  const refusal = refusalUnder(descriptorOf(name).terms, price);
  if (refusal)
    throw invalidInput(`${name} ${refusal.words}`, refusal.kind === 'currency' ? 'currency' : 'packageId');
  return provider;
}
