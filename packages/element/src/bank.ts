// The simulated bank of mock mode: what a payer chooses there in the place of a provider's form.
import type { BankTexts } from '@credits-gateway/client/texts';
import type { Bank } from './view.ts';

const ENGLISH: BankTexts = {
  simulated: 'Simulated bank, no real money.',
  paySimulated: 'Pay',
  outcomes: 'Other outcomes',
};
const safe = (text: string) => text.replace(/[&<"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** @param off `disabled` while nothing may be paid */
export const bank: Bank = (outcomes, texts, off) => {
  const { simulated, paySimulated, outcomes: others } = { ...ENGLISH, ...texts };
  const button = (outcome: string, text: string, more: string) =>
    `<button part="button simulate" data-do="simulate" data-id="${safe(outcome)}" ${off} ${more}>${safe(text)}</button>`;
  const rest = outcomes
    .filter((outcome) => outcome !== 'succeed')
    .map((outcome) => button(outcome, outcome.replaceAll('_', ' '), 'class="plain"'));
  return [
    `<p part="status" role="status" class="quiet">${safe(simulated)}</p>`,
    button('succeed', paySimulated, 'data-next'),
    `<details><summary>${safe(others)}</summary>${rest.join('')}</details>`,
  ];
};
