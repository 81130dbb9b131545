import { Query, Resolver } from 'type-graphql';
import { AdminType } from './types';

@Resolver()
export class AdminResolver {
  @Query(() => AdminType, {
    nullable: true,
    description:
      'Operator reads. Null with errors[].extensions.code FORBIDDEN unless the role is support or above.',
  })
  admin(): AdminType {
    return new AdminType();
  }
}
