import { Field, Int, ObjectType } from 'type-graphql';
import type { Mode } from '../../kernel/config';
import type { ProviderName } from '../../providers/provider';
import { enumOf, ProviderEnum } from '../enums';
import { CurrencyCode, DateTime } from '../scalars';

export const GatewayModeEnum = enumOf(
  'GatewayMode',
  ['mock', 'test', 'live'],
  'What the whole process works with.',
  {
    mock: 'Simulated providers; no key, no money.',
    test: "The providers' test systems; no money moves.",
    live: 'Real money.',
  },
);

@ObjectType('ProviderCapabilities', {
  description: 'What this provider can do, so that clients ask instead of guess.',
  simpleResolvers: true,
})
export class ProviderCapabilitiesType {
  @Field(() => Boolean, { description: 'True: less than the whole payment can be sent back.' })
  partialRefund!: boolean;

  @Field(() => Boolean, {
    description: 'True: the provider itself takes no payment any more once an intent is canceled.',
  })
  nativeCancel!: boolean;

  @Field(() => Int, { description: 'For how long after a failure money can still come, in seconds.' })
  lateSuccessWindowSeconds!: number;

  @Field(() => [CurrencyCode], { description: 'What it takes, in upper case codes.' })
  currencies!: readonly string[];
}

@ObjectType('ProviderConfig', {
  description: 'One way to pay, and whether this gateway has it.',
  simpleResolvers: true,
})
export class ProviderConfigType {
  @Field(() => ProviderEnum, { description: 'Its name, as createIntent takes it.' })
  provider!: ProviderName;

  @Field(() => Boolean, { description: 'False: createIntent refuses it.' })
  enabled!: boolean;

  @Field(() => Boolean, { description: 'True: a simulator stands in for it, and no money moves.' })
  mock!: boolean;

  @Field(() => String, {
    description: 'The key that its script in the browser wants; null in mock mode and where there is none.',
    nullable: true,
  })
  publishableKey!: string | null;

  @Field(() => ProviderCapabilitiesType, { description: 'What it can do.' })
  capabilities!: ProviderCapabilitiesType;
}

@ObjectType('CheckoutConfig', {
  description:
    'What a checkout page may know before signing in: which providers are live and their public keys.',
  simpleResolvers: true,
})
export class CheckoutConfigType {
  @Field(() => GatewayModeEnum, { description: 'mock, test or live, for the whole gateway.' })
  mode!: Mode;

  @Field(() => [ProviderConfigType], {
    description: 'All that this release knows, also those that are not enabled.',
  })
  providers!: ProviderConfigType[];

  @Field(() => ProviderEnum, { description: 'Who takes the money when createIntent names nobody.' })
  defaultProvider!: ProviderName;

  @Field(() => CurrencyCode, { description: 'Of prices where a page asks for none.' })
  currency!: string;

  @Field(() => String, {
    description:
      'The script that draws the captcha for which RISK_CHALLENGE asks; null: there is none, or pages know it themselves.',
    nullable: true,
  })
  captchaScript!: string | null;

  @Field(() => DateTime, {
    description: "The gateway's clock, by which countdowns to expiresAt are right on a wrong device.",
  })
  serverTime!: Date;
}
