import { Ctx, Query, Resolver } from 'type-graphql';
import { defaultProvider } from '../../intents/default-provider';
import { Fault } from '../../kernel/invariant';
import type { Capabilities } from '../../providers/capabilities';
import { PROVIDER_NAMES } from '../../providers/descriptors';
import type { ProviderName } from '../../providers/provider';
import type { Context, Deps } from '../context';
import { CheckoutConfigType, type ProviderConfigType } from './types';

@Resolver()
export class CheckoutResolver {
  @Query(() => CheckoutConfigType, {
    description: 'What a checkout page needs before anybody signs in. Public.',
  })
  async checkoutConfig(@Ctx() { deps }: Context): Promise<CheckoutConfigType> {
    const currency = await shopCurrency(deps);
    return {
      mode: deps.mode,
      providers: PROVIDER_NAMES.map((name) => providerConfig(deps, name)),
      defaultProvider: firstProvider(deps, currency),
      currency,
      captchaScript: deps.config.risk.captcha?.script ?? null,
      serverTime: new Date(deps.clock.nowMs()),
    };
  }
}

// Where nothing is on sale there is still a page to show; the packages that come with the gateway are in rupees.
const CURRENCY_OF_AN_EMPTY_SHOP = 'INR';

/** The own currency of the cheapest package on sale. */
async function shopCurrency(deps: Deps): Promise<string> {
  const onSale = (await deps.catalogue.all()).find((offer) => offer.package.active);
  return onSale?.package.currency ?? CURRENCY_OF_AN_EMPTY_SHOP;
}

function firstProvider(deps: Deps, currency: string): ProviderName {
  const name = defaultProvider(deps.providers, currency) ?? [...deps.providers.keys()][0];
  if (!name) throw new Fault('No provider is enabled');
  return name;
}

// A provider without keys can do nothing and takes no currency.
const NOTHING: Omit<Capabilities, 'canForceAuthentication' | 'metadata'> = {
  partialRefund: false,
  nativeCancel: false,
  lateSuccessWindowSeconds: 0,
  currencies: [],
};

function providerConfig(deps: Deps, name: ProviderName): ProviderConfigType {
  const provider = deps.providers.get(name);
  const publicKey = deps.config.providers[name]?.publicKey;
  return {
    provider: name,
    enabled: provider !== undefined,
    mock: deps.mode === 'mock',
    publishableKey: (provider && publicKey) || null,
    capabilities: provider?.capabilities ?? NOTHING,
  };
}
