import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Context } from '../context';
import { CurrencyCode } from '../scalars';
import { type PricedPackage, pricedPackages } from './prices';
import { PackageType } from './types';

@Resolver()
export class PackageResolver {
  @Query(() => [PackageType], {
    description:
      'Packages on sale, cheapest first. Public. With currency every price field is in it, and packages not sold in it are left out.',
  })
  async packages(
    @Ctx() { deps }: Context,
    @Arg('currency', () => CurrencyCode, { nullable: true }) currency?: string | null,
  ): Promise<PricedPackage[]> {
    return pricedPackages(await deps.catalogue.all(), currency).filter((item) => item.active);
  }

  @Query(() => PackageType, { nullable: true })
  package(@Ctx() { loaders }: Context, @Arg('id', () => ID) id: string): Promise<PricedPackage | null> {
    return loaders.packages.load(id);
  }
}
