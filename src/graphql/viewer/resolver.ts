import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Caller } from '../../callers/caller';
import { pendingCredits } from '../../intents/list';
import type { Context } from '../context';
import { roleMayCall } from '../required-roles';
import { Credits } from '../scalars';
import { ViewerType } from './types';

@Resolver(() => ViewerType)
export class ViewerResolver {
  @Query(() => ViewerType, { nullable: true, description: 'Who the token says I am; null when signed out.' })
  viewer(@Ctx() { caller }: Context): Caller | null {
    return caller;
  }

  @FieldResolver(() => ID, { description: "The token's `sub`, as other types name their owner." })
  userId(@Root() { id }: Caller): string {
    return id;
  }

  @FieldResolver(() => Credits, { description: 'Credits of own intents still pending or processing.' })
  pendingCredits(@Ctx() { deps }: Context, @Root() viewer: Caller): Promise<bigint> {
    return pendingCredits(deps, viewer.id);
  }

  @FieldResolver(() => [String], {
    description: 'Mutations this role may call, so that a console hides the rest.',
  })
  allowedMutations(@Root() { role }: Caller, @Info() { schema }: GraphQLResolveInfo): string[] {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    return mutations.filter((name) => roleMayCall(role, `Mutation.${name}`));
  }
}
