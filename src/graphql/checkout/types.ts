import { Field, Int, ObjectType } from 'type-graphql';
import type { Mode } from '../../kernel/config';
import type { ProviderName } from '../../providers/provider';
import { enumOf, ProviderEnum } from '../enums';
import { CurrencyCode, DateTime } from '../scalars';

export const GatewayModeEnum = enumOf('GatewayMode', ['mock', 'test', 'live']);

@ObjectType('ProviderCapabilities', {
  description: 'What this provider can do, so that clients ask instead of guess.',
  simpleResolvers: true,
})
export class ProviderCapabilitiesType {
  @Field(() => Boolean)
  partialRefund!: boolean;

  @Field(() => Boolean)
  nativeCancel!: boolean;

  @Field(() => Int)
  lateSuccessWindowSeconds!: number;

  @Field(() => [CurrencyCode])
  currencies!: readonly string[];
}

@ObjectType('ProviderConfig', { simpleResolvers: true })
export class ProviderConfigType {
  @Field(() => ProviderEnum)
  provider!: ProviderName;

  @Field(() => Boolean)
  enabled!: boolean;

  @Field(() => Boolean)
  mock!: boolean;

  @Field(() => String, { nullable: true })
  publishableKey!: string | null;

  @Field(() => ProviderCapabilitiesType)
  capabilities!: ProviderCapabilitiesType;
}

@ObjectType('CheckoutConfig', {
  description:
    'What a checkout page may know before signing in: which providers are live and their public keys.',
  simpleResolvers: true,
})
export class CheckoutConfigType {
  @Field(() => GatewayModeEnum)
  mode!: Mode;

  @Field(() => [ProviderConfigType])
  providers!: ProviderConfigType[];

  @Field(() => ProviderEnum)
  defaultProvider!: ProviderName;

  @Field(() => CurrencyCode)
  currency!: string;

  @Field(() => DateTime)
  serverTime!: Date;
}
