import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { UserErrorType } from '../problems/types';
import { Credits, CurrencyCode } from '../scalars';
import { PackageType } from './types';

@InputType('PriceInput')
export class PriceInputType {
  @Field(() => CurrencyCode)
  currency!: string;

  @Field(() => Int)
  amountCents!: number;
}

@InputType('SavePackageInput')
export class SavePackageInputType {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Credits)
  credits!: bigint;

  @Field(() => [PriceInputType])
  prices!: PriceInputType[];

  @Field(() => Int, { nullable: true })
  creditsExpireAfterDays?: number | null;

  @Field(() => Boolean, { defaultValue: true })
  active!: boolean;
}

@ObjectType('SavePackagePayload', { simpleResolvers: true })
export class SavePackagePayloadType {
  @Field(() => PackageType, { nullable: true })
  package!: PackageType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
