// Relay connections: the types of one, and what stands behind them.
import { type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { COUNT_MAX } from '../db/count';
import type { Page } from '../db/page';
import { PageInfoType } from './types';

/** What a connection's fields are read from. The count is a call, made only when somebody asks for it. */
export interface Connection<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfoType;
  readonly totalCount: () => Promise<number>;
}

/** The connection that shows a page. @param count asked only where the page is not the whole list */
export function connectionOf<Node>(page: Page<Node>, count: () => Promise<number>): Connection<Node> {
  return {
    edges: page.items,
    nodes: page.items.map((item) => item.node),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: page.items[0]?.cursor ?? null,
      endCursor: page.items.at(-1)?.cursor ?? null,
    },
    totalCount: async () => (page.hasNextPage || page.hasPreviousPage ? count() : page.items.length),
  };
}

const TOTAL_COUNT = `How many rows the whole list has, counted no further than ${COUNT_MAX}: that number stands for so many or more. Counted only when it is asked for.`;

/** The type of a connection over `node`, called e.g. PaymentIntentConnection, with its edge. */
export function connectionType(name: string, node: ClassType): ClassType {
  @ObjectType(`${name}Edge`, { description: `One ${name} and its place in the list.`, simpleResolvers: true })
  class EdgeType {
    @Field(() => String, { description: 'Its place: goes in as `after` or `before` of the same list.' })
    cursor!: string;

    @Field(() => node, { description: 'What stands there.' })
    node!: object;
  }

  @ObjectType(`${name}Connection`, {
    description: `One page of a list of ${name}.`,
    simpleResolvers: true,
  })
  class ConnectionType {
    @Field(() => [EdgeType], { description: 'The rows of the page, each with its place.' })
    edges!: EdgeType[];

    @Field(() => [node], { description: 'The same rows without their places.' })
    nodes!: object[];

    @Field(() => PageInfoType, { description: 'Whether there is more, and where to go on.' })
    pageInfo!: PageInfoType;

    @Field(() => Int, { description: TOTAL_COUNT })
    totalCount!: number;
  }
  return ConnectionType;
}
