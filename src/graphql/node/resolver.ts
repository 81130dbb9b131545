import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Problem } from '../../kernel/problems';
import type { Context } from '../context';
import { IdempotencyConflictErrorType } from '../problems/types';
import { NodeType } from '../types';
import { findNode, type NodeFound } from './find';

// As the contract caps every list that is not a connection.
const IDS_MAX = 50;

@Resolver()
export class NodeResolver {
  @Query(() => NodeType, {
    description:
      'Anything by its global id. Null when it is absent or not for the caller (the two look alike).',
    nullable: true,
  })
  async node(
    @Ctx() context: Context,
    @Arg('id', () => ID, { description: 'Of any type that implements Node.' }) id: string,
  ): Promise<NodeFound | null> {
    return findNode(context, id);
  }

  @Query(() => [NodeType], {
    description:
      'Several at once, in the order of `ids`; null in place of what is absent or not for the caller.',
    nullable: 'items',
  })
  async nodes(
    @Ctx() context: Context,
    @Arg('ids', () => [ID], { description: 'At most 50.' }) ids: string[],
  ): Promise<(NodeFound | null)[]> {
    if (ids.length > IDS_MAX) throw new Problem('INVALID_INPUT', `Ask for at most ${IDS_MAX} ids.`, ['ids']);
    return Promise.all(ids.map((id) => findNode(context, id)));
  }
}

@Resolver(() => IdempotencyConflictErrorType)
export class ConflictFields {
  @FieldResolver(() => NodeType, { nullable: true, description: 'What the key made the first time.' })
  async existing(
    @Ctx() context: Context,
    @Root() { existingId }: { readonly existingId: string | null },
  ): Promise<NodeFound | null> {
    return existingId === null ? null : findNode(context, existingId);
  }
}
