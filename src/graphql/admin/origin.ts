import { Ctx, FieldResolver, Resolver } from 'type-graphql';
import { originOf } from '../../reports/origin';
import type { Context } from '../context';
import { AdminType } from './types';

@Resolver(() => AdminType)
export class AdminOriginFields {
  @FieldResolver(() => String, {
    description:
      'Whose rows these lists hold: the name that this gateway writes on what it makes at the providers.',
  })
  gatewayId(@Ctx() { deps }: Context): string {
    return originOf(deps).gatewayId;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Which users these lists speak of, where several gateways divide them (CELL). Null: of all.',
  })
  cell(@Ctx() { deps }: Context): string | null {
    return originOf(deps).cell;
  }
}
