// The console over a gateway of its own, in which a dozen purchases have been made, and the steps that its tests share.
import type { Page } from 'playwright-core';
import { type Stand, useBrowser } from './browser';

export interface ConsoleStand extends Stand {
  /** Intents of the beginning, by what became of them. */
  readonly made: { readonly paid: string; readonly declined: string };
}

/** For a test file: nothing that another file does is seen in it. */
export function useConsole(): ConsoleStand {
  // A break that the gateway resolves by itself is none that a person can.
  const stand = useBrowser({ UNAPPLIED_REFUND: 'manual', RATE_LIMITS: 'on', ADJUST_APPROVAL_ABOVE: '400' });
  const made = { paid: '', declined: '' };
  beforeAll(async () => Object.assign(made, await twelvePurchases(stand)));
  return Object.assign(stand, { made });
}

async function twelvePurchases(stand: Stand): Promise<ConsoleStand['made']> {
  const made = { paid: '', declined: '' };
  const users = ['asha', 'ben', 'chitra', 'dev'];
  for (let number = 0; number < 12; number++) {
    const user = await stand.gateway.as(users[number % users.length] ?? 'asha');
    const packageId = ['small', 'medium', 'large', 'xlarge'][number % 4] ?? 'small';
    const provider = number % 3 === 0 ? 'razorpay' : 'stripe';
    const input = { packageId, provider, idempotencyKey: `order-${number}` };
    const { intent } = await user.mutate('createIntent', input, 'intent { id }');
    const outcome = ['succeed', 'succeed', 'decline', 'fail'][(number + (number >> 2)) % 4] ?? 'succeed';
    if (number < 10) await user.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { status }');
    if (outcome === 'succeed' && number < 10) made.paid = intent.id;
    if (outcome === 'decline' && number < 10) made.declined = intent.id;
  }
  const back = await stand.gateway.as('asha');
  const spend = { credits: 7, reason: 'One report', idempotencyKey: 'spend-1' };
  await back.mutate('spendCredits', spend, 'balance { credits }');
  return made;
}

/** Before a page is opened: signed in as somebody of this role. */
export const as = (role: string) => async (page: Page) => {
  await page.addInitScript(
    `sessionStorage.getItem('credits-gateway:console-role') ?? sessionStorage.setItem('credits-gateway:console-role', '${role}')`,
  );
};
export const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name }).waitFor();
export const menu = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name, exact: true }).click();
export const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
