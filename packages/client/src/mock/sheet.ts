// The simulated bank: the payer says what it does. No real money, and nothing is loaded from elsewhere.

import type { Checkout } from '../checkout-types.ts';
import type { Pay } from '../sheet.ts';
import type { MockConfirm, Place } from '../types.ts';

/** Draws the list of outcomes; what is chosen happens when the payer pays. */
export async function makeReady(at: Place, action: MockConfirm, checkout: Checkout): Promise<Pay> {
  const list = document.createElement('select');
  list.setAttribute('aria-label', 'What the simulated bank does');
  list.append(
    ...action.outcomes.map((outcome) =>
      Object.assign(document.createElement('option'), { value: outcome, text: outcome.replaceAll('_', ' ') }),
    ),
  );
  list.value = 'succeed';
  at.replaceChildren(list);
  return async () => {
    await checkout.simulate(list.value);
    return null;
  };
}
