// The schema that is served, made from the resolvers. What type-graphql cannot say is added here.
import 'reflect-metadata';
import {
  GraphQLInputObjectType,
  type GraphQLSchema,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { Fault, invariant } from '../kernel/invariant';
import { AdminResolver } from './admin/resolver';
import { CheckoutResolver } from './checkout/resolver';
import { BalanceFields, CreditTransactionFields } from './credits/fields';
import { CreditMutations } from './credits/mutations';
import { CreditResolver } from './credits/resolver';
import { BalanceSubscription } from './credits/subscription';
import { AdminDeliveryFields, DeliveryFields } from './deliveries/fields';
import { DeliveryMutations } from './deliveries/mutations';
import { placingProblems } from './errors';
import { IntentEventFields } from './intents/event-fields';
import { PaymentIntentFields } from './intents/fields';
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
import {
  AdminReconciliationFields,
  ReconciliationBreakFields,
  ReconciliationRunFields,
} from './reconciliation/fields';
import { ReconciliationMutations } from './reconciliation/mutations';
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
      IntentResolver,
      IntentMutations,
      IntentSubscription,
      PaymentIntentFields,
      IntentEventFields,
      TransactionIntentFields,
      WebhookEventFields,
      IntentEventWebhookFields,
      AdminWebhookFields,
      WebhookMutations,
      SimulationResolver,
      AdminResolver,
      AdminLedgerFields,
      LedgerMutations,
      JournalEntryFields,
      LedgerCheckFields,
      IntentReceiptFields,
      JobMutations,
      JobSubscription,
      AdminReconciliationFields,
      ReconciliationRunFields,
      ReconciliationBreakFields,
      ReconciliationMutations,
      AdminDeliveryFields,
      DeliveryFields,
      DeliveryMutations,
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
  for (const type of Object.values(built.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve) field.resolve = placingProblems(field.resolve);
      if (field.subscribe) field.subscribe = placingProblems(field.subscribe);
    }
  }
  return built;
}

/** The schema as text, in an order that does not depend on the order of our files. */
export const printGatewaySchema = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;

const unused = (): never => {
  throw new Fault('Streams come from the event table, never from a PubSub');
};

// type-graphql demands one as soon as there is a subscription, also when each brings its own stream.
const unusedPubSub: PubSub = { publish: unused, subscribe: unused };
