import { Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../context';
import { callerWith } from './role';
import { AdminType } from './types';

@Resolver()
export class AdminResolver {
  @Query(() => AdminType, {
    nullable: true,
    description:
      'Operator reads. Null with errors[].extensions.code FORBIDDEN unless the role is support or above.',
  })
  admin(@Ctx() context: Context): AdminType {
    callerWith('support', context);
    return new AdminType();
  }
}
