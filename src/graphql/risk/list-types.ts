import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { RISK_LIST_KINDS, type RiskListKind } from '../../risk/list-entry.entity';
import { enumOf } from '../enums';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { DateTime } from '../scalars';
import { NodeType } from '../types';

export const RiskListKindEnum = enumOf(
  'RiskListKind',
  RISK_LIST_KINDS,
  'What an entry of the blocklist or of the allowlist goes by. The narrower one decides, in this order: card, user, device, address, domain, country.',
  {
    user: "A payer, by the product's own id.",
    device: 'A `fingerprintId` that came with a purchase.',
    card: "The provider's fingerprint of a card, which is known once it has paid.",
    address: 'A range of addresses: at the narrowest a /24 of IPv4 or a /48 of IPv6.',
    email_domain: 'What stands after the @, in small letters; not the domains below it.',
    country: 'Two letters, of the address or as the proxy says.',
  },
);

/** What the entries of both lists have in common; no type of the schema by itself. */
@ObjectType({ simpleResolvers: true })
abstract class ListEntryFields {
  @Field(() => RiskListKindEnum, { description: 'What it goes by.' })
  kind!: RiskListKind;

  @Field(() => String, { description: 'Whom it names, in the form in which it is looked for.' })
  value!: string;

  @Field(() => String, { description: 'Why, in the words of who put it there.' })
  reason!: string;

  @Field(() => DateTime, {
    description: 'From then on it does not count; null: it counts until somebody removes it.',
    nullable: true,
  })
  expiresAt!: Date | null;

  @Field(() => ID, { description: 'Who put it there.' })
  createdBy!: string;

  @Field(() => DateTime, { description: 'When it was put there.' })
  createdAt!: Date;

  @Field(() => DateTime, {
    description: 'Since when it does not count any more; null: it was not removed.',
    nullable: true,
  })
  removedAt!: Date | null;
}

@ObjectType('BlocklistEntry', {
  description: 'Whose purchases are refused, whatever the rules say.',
  implements: NodeType,
  simpleResolvers: true,
})
export class BlocklistEntryType extends ListEntryFields {
  @Field(() => ID)
  id!: string;
}

@ObjectType('AllowlistEntry', {
  description: 'Who may buy, whatever the rules say.',
  implements: NodeType,
  simpleResolvers: true,
})
export class AllowlistEntryType extends ListEntryFields {
  @Field(() => ID)
  id!: string;
}

export const BlocklistEntryConnectionType = connectionType('BlocklistEntry', BlocklistEntryType);
export const AllowlistEntryConnectionType = connectionType('AllowlistEntry', AllowlistEntryType);

@ArgsType()
export class ListArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => [RiskListKindEnum], { description: 'Any of these; left out: all.', nullable: true })
  kind?: RiskListKind[] | null;
}

/** What is put on either list. */
@InputType()
abstract class ListInputFields {
  @Field(() => RiskListKindEnum, { description: 'What it is to go by.' })
  kind!: RiskListKind;

  @Field(() => String, {
    description: 'An id, a fingerprint, an address or range such as 203.0.113.0/24, a domain or a country.',
  })
  value!: string;

  @Field(() => String, { description: 'Why, 1 to 500 characters: for the next one who looks.' })
  reason!: string;

  @Field(() => DateTime, { description: 'Left out: until somebody removes it.', nullable: true })
  expiresAt?: Date | null;
}

@InputType('BlocklistInput', { description: 'Whose purchases are refused from now on.' })
export class BlocklistInputType extends ListInputFields {}

@InputType('AllowlistInput', { description: 'Who may buy from now on, whatever the rules say.' })
export class AllowlistInputType extends ListInputFields {}

@InputType('AllowPayerInput', { description: 'Whom to let through, by the decision that held him up.' })
export class AllowPayerInputType {
  @Field(() => ID, { description: 'rsk_…, the number that the payer was told.' })
  decisionId!: string;

  @Field(() => Int, { description: 'For how long, 1 to 720.', defaultValue: 24 })
  hours!: number;

  @Field(() => String, { description: 'Why, 1 to 500 characters: for the next one who looks.' })
  reason!: string;
}

@InputType('BlocklistIdInput', { description: 'Which entry of the blocklist.' })
export class BlocklistIdInputType {
  @Field(() => ID, { description: 'blk_…, of `admin.blocklist`.' })
  id!: string;
}

@InputType('AllowlistIdInput', { description: 'Which entry of the allowlist.' })
export class AllowlistIdInputType {
  @Field(() => ID, { description: 'alw_…, of `admin.allowlist`.' })
  id!: string;
}

/** What the payloads about one list have in common; no type of the schema by itself. */
@ObjectType({ simpleResolvers: true })
abstract class BlocklistPayloadFields {
  @Field(() => BlocklistEntryType, {
    description: 'As it is now; null when nothing was done.',
    nullable: true,
  })
  entry!: BlocklistEntryType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('AddToBlocklistPayload', { description: 'Whom the blocklist names now.', simpleResolvers: true })
export class AddToBlocklistPayloadType extends BlocklistPayloadFields {}

@ObjectType('RemoveFromBlocklistPayload', { description: 'Whom it named.', simpleResolvers: true })
export class RemoveFromBlocklistPayloadType extends BlocklistPayloadFields {}

@ObjectType({ simpleResolvers: true })
abstract class AllowlistPayloadFields {
  @Field(() => AllowlistEntryType, {
    description: 'As it is now; null when nothing was done.',
    nullable: true,
  })
  entry!: AllowlistEntryType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('AddToAllowlistPayload', { description: 'Whom the allowlist names now.', simpleResolvers: true })
export class AddToAllowlistPayloadType extends AllowlistPayloadFields {}

@ObjectType('RemoveFromAllowlistPayload', { description: 'Whom it named.', simpleResolvers: true })
export class RemoveFromAllowlistPayloadType extends AllowlistPayloadFields {}

@ObjectType('AllowPayerPayload', {
  description: 'Until when the payer is let through.',
  simpleResolvers: true,
})
export class AllowPayerPayloadType extends AllowlistPayloadFields {}
