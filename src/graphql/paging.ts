// Relay connections: the types of one, and what stands behind them.
import { type ClassType, Field, Int, ObjectType } from 'type-graphql';
import type { Page } from '../db/page';
import { PageInfoType } from './types';

/** What a connection's fields are read from. The count is a call, made only when somebody asks for it. */
export interface Connection<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfoType;
  readonly totalCount?: () => Promise<number>;
}

/** The connection that shows a page. */
export function connectionOf<Node>(page: Page<Node>, count?: () => Promise<number>): Connection<Node> {
  return {
    edges: page.items,
    nodes: page.items.map((item) => item.node),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: page.items[0]?.cursor ?? null,
      endCursor: page.items.at(-1)?.cursor ?? null,
    },
    totalCount: count,
  };
}

/** The type of a connection over `node`, called e.g. PaymentIntentConnection, with its edge. */
export function connectionType(name: string, node: ClassType): ClassType {
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class EdgeType {
    @Field(() => String)
    cursor!: string;

    @Field(() => node)
    node!: object;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class ConnectionType {
    @Field(() => [EdgeType])
    edges!: EdgeType[];

    @Field(() => [node])
    nodes!: object[];

    @Field(() => PageInfoType)
    pageInfo!: PageInfoType;
  }
  return ConnectionType;
}

/** The same with `totalCount`. */
export function countedConnectionType(name: string, node: ClassType, countDescription?: string): ClassType {
  const base = connectionType(name, node);
  Field(() => Int, { description: countDescription, simple: true })(base.prototype, 'totalCount');
  return base;
}
