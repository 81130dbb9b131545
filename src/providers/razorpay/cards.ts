// The cards of an order's payments. The list of them names each card by its id alone.
import type { Deadline } from '../transport';
import { cardEntity } from './card';
import type { RazorpayClient } from './http-client';
import type { RazorpayPayment } from './translate';

/** As many tries as a purchase has here before it is over: what came before them has been read at its time. */
const CARDS_MAX = 10;

/**
 * The same payments, with the cards of the newest ones that ended. A card is worth a call, and no more: the money is believed
 * without it, whatever becomes of the call.
 */
export async function withCards(
  client: RazorpayClient,
  payments: readonly RazorpayPayment[],
  deadline: Deadline,
): Promise<readonly RazorpayPayment[]> {
  const unknown = payments
    .filter(({ method, card, status }) => method === 'card' && !card && status !== 'created')
    .sort((a, b) => b.created_at - a.created_at)
    .slice(0, CARDS_MAX);
  if (unknown.length === 0) return payments;
  const cards = new Map(
    await Promise.all(
      unknown.map(async ({ id }) => [id, await inTime(readCard(client, id, deadline), deadline)] as const),
    ),
  );
  return payments.map((payment) => ({ ...payment, card: payment.card ?? cards.get(payment.id) ?? null }));
}

const readCard = (client: RazorpayClient, paymentId: string, deadline: Deadline) =>
  client
    .send(deadline, (sdk) => sdk.payments.fetchCardDetails(paymentId))
    .then((card) => cardEntity.parse(card));

/** Null when it fails, or takes half of the time that is left. */
async function inTime<T>(reading: Promise<T>, deadline: Deadline): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, deadline.remainingMs() / 2, null);
  });
  try {
    return await Promise.race([reading.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}
