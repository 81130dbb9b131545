import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';
import { formatMoney, type Money } from '../../kernel/money';
import { Problem } from '../../kernel/problems';
import { MoneyType } from './types';

const LOCALE_DEFAULT = 'en-IN';

@Resolver(() => MoneyType)
export class MoneyFields {
  @FieldResolver(() => String, { description: 'Localised, e.g. ₹50.00.' })
  formatted(
    @Root() money: Money,
    @Arg('locale', () => String, {
      description: 'BCP 47 tag, e.g. en-IN or de-DE; null means en-IN too.',
      nullable: true,
      defaultValue: LOCALE_DEFAULT,
    })
    locale: string | null,
  ): string {
    return formatMoney(money, knownLocale(locale ?? LOCALE_DEFAULT));
  }
}

function knownLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? LOCALE_DEFAULT;
  } catch {
    throw new Problem('INVALID_INPUT', 'locale is a language tag, e.g. en-IN.', ['locale']);
  }
}
