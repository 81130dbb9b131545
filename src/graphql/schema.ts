// The schema that is served, made from the resolvers. What type-graphql cannot say is added here.
import 'reflect-metadata';
import {
  type GraphQLField,
  GraphQLInputObjectType,
  type GraphQLSchema,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { Fault, invariant } from '../kernel/invariant';
import { refuseCardNumbers } from './card-numbers';
import type { Context } from './context';
import { describeTheSame } from './descriptions';
import { withDirectives } from './directives';
import { placingProblems } from './errors';
import { observing } from './observing';
import { RESOLVERS } from './resolvers';

/** Inputs of which exactly one field is given. */
const ONE_OF = ['IntentLookup', 'DeliverySelector', 'WebhookEventSelector', 'ExportSelection'];

/** Builds the schema. Its resolvers work with a Context (context.ts). */
export function buildGatewaySchema(): GraphQLSchema {
  const built = buildSchemaSync({
    resolvers: RESOLVERS,
    // Inputs are checked by the use cases, where the rules are.
    validate: false,
    pubSub: unusedPubSub,
    // It would triple the time of this call, at every start; a test looks far more closely.
    skipCheck: true,
  });
  for (const name of ONE_OF) {
    const type = built.getType(name);
    invariant(type instanceof GraphQLInputObjectType, `${name} is no input`);
    type.isOneOf = true;
  }
  describeTheSame(built);
  const schema = withDirectives(built);
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) gate(field);
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {}))
    if (field.resolve) field.resolve = observing('query', field.name, field.resolve);
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {}))
    if (field.resolve) field.resolve = observing('mutation', field.name, field.resolve);
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {}))
    if (field.subscribe) field.subscribe = observing('subscription', field.name, field.subscribe);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve) field.resolve = placingProblems(field.resolve);
      if (field.subscribe) field.subscribe = placingProblems(field.subscribe);
    }
  }
  return schema;
}

/** A mutation has one field, so that what is to be passed before it begins can stand in the request's context. */
function gate(field: GraphQLField<unknown, Context>): void {
  const resolve = field.resolve;
  invariant(resolve, `${field.name} does nothing`);
  field.resolve = (source, args, context, info) => {
    context.beforeWork = async () => {
      refuseCardNumbers(args);
      const named = args.input?.walletId ?? args.input?.userId ?? null;
      await context.deps.rates?.money(context.caller, named, nameOfBudget(field));
    };
    return resolve(source, args, context, info);
  };
}

/** Where two mutations do the same, they are counted together. */
const nameOfBudget = ({ name, extensions }: GraphQLField<unknown, Context>): string =>
  typeof extensions['countsAs'] === 'string' ? extensions['countsAs'] : name;

/** The schema as text, in an order that does not depend on the order of our files. */
export const printGatewaySchema = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;

const unused = (): never => {
  throw new Fault('Streams come from the event table, never from a PubSub');
};

// type-graphql demands one as soon as there is a subscription, also when each brings its own stream.
const unusedPubSub: PubSub = { publish: unused, subscribe: unused };
