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
import { AdminResolver } from './admin/resolver';
import { AdminSubscription } from './admin/subscription';
import { AdminCallerFields, ApiKeyMutations, AuditEntryFields } from './callers/resolver';
import { refuseCardNumbers } from './card-numbers';
import { CheckoutResolver } from './checkout/resolver';
import type { Context } from './context';
import { AdjustmentMutations, AdminWalletFields } from './credits/adjustments';
import {
  BalanceFields,
  CreditLotFields,
  CreditTransactionFields,
  HistoricBalanceFields,
} from './credits/fields';
import { HoldResolver } from './credits/holds';
import { CreditMutations } from './credits/mutations';
import { CreditResolver } from './credits/resolver';
import { BalanceSubscription } from './credits/subscription';
import { AdminDeliveryFields, DeliveryFields } from './deliveries/fields';
import { DeliveryMutations } from './deliveries/mutations';
import { withDirectives } from './directives';
import { placingProblems } from './errors';
import { IntentEventFields } from './intents/event-fields';
import { PaymentIntentFields } from './intents/fields';
import { LotIntentFields } from './intents/lot-fields';
import { IntentMutations } from './intents/mutations';
import { IntentResolver } from './intents/resolver';
import { IntentSubscription } from './intents/subscription';
import { TransactionIntentFields } from './intents/transaction-fields';
import { JobMutations, JobSubscription } from './jobs/resolver';
import { IntentReceiptFields, JournalEntryFields, LedgerCheckFields } from './ledger/fields';
import { AdminLedgerFields, LedgerMutations } from './ledger/resolver';
import { MoneyFields } from './money/fields';
import { ConflictFields, NodeResolver } from './node/resolver';
import { PackageResolver } from './packages/resolver';
import { IntentRefundFields, RefundFields, RefundPreviewFields } from './refunds/fields';
import { AdminRefundFields, RefundMutations } from './refunds/resolver';
import { SimulationResolver } from './simulation/resolver';
import { ViewerResolver } from './viewer/resolver';
import { IntentEventWebhookFields, WebhookEventFields } from './webhooks/fields';
import { AdminWebhookFields, WebhookMutations } from './webhooks/resolver';

/** Inputs of which exactly one field is given. */
const ONE_OF = ['IntentLookup', 'DeliverySelector', 'WebhookEventSelector'];

/** Builds the schema. Its resolvers work with a Context (context.ts). */
export function buildGatewaySchema(): GraphQLSchema {
  const built = buildSchemaSync({
    resolvers: [
      NodeResolver,
      ConflictFields,
      MoneyFields,
      PackageResolver,
      CheckoutResolver,
      ViewerResolver,
      CreditResolver,
      CreditMutations,
      BalanceSubscription,
      BalanceFields,
      CreditTransactionFields,
      CreditLotFields,
      HistoricBalanceFields,
      HoldResolver,
      AdjustmentMutations,
      AdminWalletFields,
      IntentResolver,
      IntentMutations,
      IntentSubscription,
      PaymentIntentFields,
      IntentEventFields,
      TransactionIntentFields,
      LotIntentFields,
      IntentRefundFields,
      RefundFields,
      RefundPreviewFields,
      AdminRefundFields,
      RefundMutations,
      WebhookEventFields,
      IntentEventWebhookFields,
      AdminWebhookFields,
      WebhookMutations,
      SimulationResolver,
      AdminResolver,
      AdminSubscription,
      AdminLedgerFields,
      LedgerMutations,
      JournalEntryFields,
      LedgerCheckFields,
      IntentReceiptFields,
      JobMutations,
      JobSubscription,
      AdminDeliveryFields,
      DeliveryFields,
      DeliveryMutations,
      AdminCallerFields,
      AuditEntryFields,
      ApiKeyMutations,
    ],
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
  const schema = withDirectives(built);
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) gate(field);
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
      // Whose money it is, whoever asks.
      const owner = args.input?.userId ?? context.caller?.id;
      if (owner) await context.deps.rates?.money(owner, field.name);
    };
    return resolve(source, args, context, info);
  };
}

/** The schema as text, in an order that does not depend on the order of our files. */
export const printGatewaySchema = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;

const unused = (): never => {
  throw new Fault('Streams come from the event table, never from a PubSub');
};

// type-graphql demands one as soon as there is a subscription, also when each brings its own stream.
const unusedPubSub: PubSub = { publish: unused, subscribe: unused };
