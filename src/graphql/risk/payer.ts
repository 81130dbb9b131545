// Who pays, as far as a request says it.
import { Field, InputType } from 'type-graphql';
import { hasRole } from '../../callers/caller';
import { invalidInput } from '../../kernel/problems';
import { emailDomainOf } from '../../kernel/text';
import { addressOf, type Payer, UNKNOWN_PAYER } from '../../risk/payer';
import type { Context } from '../context';
import { DateTime } from '../scalars';

@InputType('PayerInput', {
  description:
    'Who pays, as far as the back end knows: what risk judges by. Of the address its network is kept, of the e-mail its domain.',
})
export class PayerInputType {
  @Field(() => String, { description: 'Of the payer, IPv4 or IPv6, not of the back end.', nullable: true })
  ipAddress?: string | null;

  @Field(() => String, { description: 'Where that is: ISO 3166-1, two letters.', nullable: true })
  country?: string | null;

  @Field(() => String, { description: 'The address that the payer signed up with.', nullable: true })
  email?: string | null;

  @Field(() => DateTime, { description: 'Since when the payer has an account.', nullable: true })
  accountCreatedAt?: Date | null;
}

/**
 * Of a user's own call what the request and the token say; of a back end's what it says of its payer.
 * @throws Problem INVALID_INPUT where somebody else says it, and for what is no address or country
 */
export function payerOf({ caller, address, country }: Context, input?: PayerInputType | null): Payer {
  if (caller && hasRole(caller, 'service')) return input ? payerIn(input) : UNKNOWN_PAYER;
  if (input) throw invalidInput('Only a service says who pays; of a user it is seen.', 'payer');
  const { emailDomain = null, createdAt = null } = caller?.account ?? {};
  return { address: addressOf(address), country, emailDomain, accountCreatedAt: createdAt };
}

function payerIn({ ipAddress, country, email, accountCreatedAt }: PayerInputType): Payer {
  const address = addressOf(ipAddress);
  if (ipAddress && !address) throw invalidInput('This is no IP address.', 'payer', 'ipAddress');
  if (country && !/^[A-Z]{2}$/i.test(country))
    throw invalidInput('A country is two letters of ISO 3166-1.', 'payer', 'country');
  return {
    address,
    country: country?.toUpperCase() ?? null,
    emailDomain: emailDomainOf(email),
    accountCreatedAt: accountCreatedAt ?? null,
  };
}
