import { ObjectType } from 'type-graphql';

/** Each feature adds its own fields, in its own folder. */
@ObjectType('Admin', {
  description:
    'Operator reads: support sees payments and webhooks, finance also ledger, reconciliation and metrics.',
})
export class AdminType {}
