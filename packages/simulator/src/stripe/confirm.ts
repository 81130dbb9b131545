// /v1/payment_intents/:id/confirm: what a payer's browser does, or a test without one, with a test card by its name (pm_card_…).
import { type Family, member, PLAIN_DELIVERY } from '../objects';
import type { Route } from '../route';
import { type Call, jsonResponse } from '../wire';
import { isTestCard } from './cards';
import { stripePerformer } from './effects';
import { cardDeclined, noSuchObject, unexpectedState } from './errors';
import { answerOnce, type Reply } from './keyed';
import { onlyKnown, optionalText, requiredText } from './parameters';
import type { PaymentIntent } from './shapes';

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export const confirmRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/confirm',
    async handle(store, call) {
      onlyKnown(call.parameters, ['payment_method', 'return_url']);
      return answerOnce(store, call, call.id, (family) => confirm(call, family));
    },
  },
];

function confirm(call: Call, family: Family): Reply {
  const root = member<PaymentIntent>(family, 'payment_intent', call.id);
  if (!root) throw noSuchObject('payment_intent', call.id, 'intent');
  const number = requiredText(call.parameters, 'payment_method');
  if (!isTestCard(number)) throw noSuchObject('PaymentMethod', number, 'payment_method');
  // Payment methods that send the payer elsewhere are on, as the account has them.
  if (optionalText(call.parameters, 'return_url') === null) requiredText(call.parameters, 'return_url');
  if (!CONFIRMABLE.includes(root.body.status))
    return { response: unexpectedState(root.body, 'confirm', CONFIRMABLE) };
  const card = { number };
  const asked = stripePerformer.asksFirst(root, 'capture') ? 'requireAction' : 'capture';
  const change = stripePerformer.apply(family, {
    play: `${root.id}:v${root.version}`,
    number: 0,
    effect: stripePerformer.adapt(root, asked, card),
    card,
    delivery: PLAIN_DELIVERY,
  });
  const after = change?.objects.find(({ id }) => id === root.id)?.body as PaymentIntent | undefined;
  const intent = after ?? root.body;
  const response = intent.last_payment_error
    ? cardDeclined(intent.last_payment_error, intent)
    : jsonResponse(200, intent);
  return { response, ...(change ? { change } : {}) };
}
