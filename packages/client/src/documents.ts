// What is sent for a purchase, without the white space that means nothing: each byte counts in the tag. A test holds documents, and the
// types of their answers, against the schema.
import type { Sheets } from './sheet.ts';

const MONEY = '{amountMinor currency formatted}';

/** @param sheets what is asked of the next action is what they open with */
export function documentsOf(sheets: Sheets) {
  const actions = Object.values(sheets).map(({ type, fields }) => `...on ${type}{${fields}}`);
  const intent = `{id status packageName creditsAmount bonusCredits promo{code credits outcome}creditsAdded attemptCount reference receiptPath amount${MONEY}failure{code message retryable}nextAction{__typename ${actions.join(' ')}}}`;
  // An input is called as its mutation is.
  const change = (name: string, more = '') =>
    `mutation ($input:${name[0]?.toUpperCase()}${name.slice(1)}Input!){payload:${name}(input:$input){intent${intent}${more} errors{code message ...on RetryLaterError{retryAfterSeconds}...on RiskChallengeError{siteKey}...on RiskBlockedError{decisionId}}}}`;
  return {
    packages: `query ($currency:CurrencyCode){packages(currency:$currency){id name credits bonusCredits savingsPercent price${MONEY}}}`,
    intent: `query ($id:ID!){intent(id:$id)${intent}}`,
    intentBy: `query ($lookup:IntentLookup!){intent:intentBy(lookup:$lookup)${intent}}`,
    createIntent: change('createIntent', 'replayed'),
    simulatePayment: change('simulatePayment'),
    confirmPayment: change('confirmPayment'),
    syncIntent: change('syncIntent'),
    cancelIntent: change('cancelIntent'),
    watchIntent: `subscription ($id:ID!,$after:String){event:intentStatusChanged(id:$id,after:$after){cursor sequence status intent${intent}}}`,
  } as const;
}
