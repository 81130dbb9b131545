import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { invalidInput } from '../../kernel/problems';
import type { SavePackageInput } from '../../packages/save';
import { savePackageWithApproval } from '../../refunds/package-approval';
import { callerOf, isOperator } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import { asNumber, minorUnits } from '../money/minor';
import { CurrencyCode } from '../scalars';
import { type PricedPackage, pricedPackages } from './prices';
import { SavePackageInputType, SavePackagePayloadType } from './save-types';
import { PackageType } from './types';

@Resolver()
export class PackageResolver {
  @Query(() => [PackageType], {
    description:
      'Packages on sale, cheapest first. Public. With currency every price field is in it, and packages not sold in it are left out.',
  })
  async packages(
    @Ctx() context: Context,
    @Arg('currency', () => CurrencyCode, {
      description: 'Left out: each package in its own.',
      nullable: true,
    })
    currency?: string | null,
    @Arg('includeInactive', () => Boolean, {
      description: 'True: also what is not on sale, for support and above; others get what is.',
      nullable: true,
      defaultValue: false,
    })
    includeInactive?: boolean | null,
  ): Promise<PricedPackage[]> {
    const priced = pricedPackages(await context.deps.catalogue.all(), currency);
    // What is not on sale is the operators' business.
    return includeInactive && isOperator(context) ? priced : priced.filter((item) => item.active);
  }

  @Query(() => PackageType, {
    description: 'One package, also one that is not on sale any more. Public. Null when there is none.',
    nullable: true,
  })
  package(
    @Ctx() { loaders }: Context,
    @Arg('id', () => ID, { description: 'Its short key, e.g. medium.' }) id: string,
  ): Promise<PricedPackage | null> {
    return loaders.packages.load(id);
  }

  @Mutation(() => SavePackagePayloadType, { description: 'Change what is on sale. Role: admin.' })
  savePackage(
    @Ctx() context: Context,
    @Arg('input', () => SavePackageInputType) input: SavePackageInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, async () => ({
      package: pricedPackages(await savePackageWithApproval(context.deps, caller, packageIn(input))).find(
        ({ id }) => id === input.id,
      ),
    }));
  }
}

/** As it is saved. @throws Problem INVALID_INPUT for a price without an amount, or with two */
const packageIn = ({ prices, seen, ...input }: SavePackageInputType): SavePackageInput => ({
  ...input,
  seen: seen ? { package: seen.package } : null,
  prices: prices.map(({ currency, amountMinor, amountCents }) => {
    const amount = asNumber(minorUnits(amountMinor, amountCents, 'prices', 'amountMinor'));
    if (amount === null) throw invalidInput(`${currency} has no amount: give amountMinor.`, 'prices');
    return { currency, amountCents: amount };
  }),
});
