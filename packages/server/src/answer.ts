// What goes out with each call, and what its answer has to have.
import { GatewayError } from './failure';
import type * as operations from './operations';
import type * as types from './types';

/** The input with a key: made once, before the first attempt. */
export const keyed = <Input extends types.Keyed>(input: Input) => ({
  ...input,
  idempotencyKey: input.idempotencyKey ?? crypto.randomUUID(),
});

/** What an answer without an error has. @throws GatewayError when the gateway left it out */
export function present<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined)
    throw new GatewayError('INTERNAL_SERVER_ERROR', `The gateway's answer has no ${what}.`);
  return value;
}

export const heldOf = (answer: operations.HoldCreditsMutation['answer']): types.Held => ({
  hold: present(answer.hold, 'hold'),
  balance: present(answer.balance, 'balance'),
  replayed: answer.replayed,
});
