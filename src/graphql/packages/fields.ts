// What a package costs in a currency that the field itself names, so that a cache keeps each apart from the others.
import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context';
import { CurrencyCode } from '../scalars';
import { type PricedPackage, pricedPackages } from './prices';
import { PackagePriceType, PackageType } from './types';

@Resolver(() => PackageType)
export class PackageFields {
  @FieldResolver(() => PackagePriceType, {
    nullable: true,
    description:
      'What it costs in this currency, beside the others on sale; null where it is not sold in it.',
  })
  async priceIn(
    @Ctx() { loaders }: Context,
    @Root() { id }: PricedPackage,
    @Arg('currency', () => CurrencyCode, { description: 'Upper case, e.g. USD.' }) currency: string,
  ): Promise<PricedPackage | null> {
    const offers = await loaders.offers.load('all');
    return pricedPackages(offers, currency).find((priced) => priced.id === id) ?? null;
  }
}
