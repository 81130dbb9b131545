// The operations that are measured, as an application sends them.
export const CREATE = `mutation C($input: CreateIntentInput!) { createIntent(input: $input) {
  intent { id status nextAction { __typename } } errors { code message } } }`;
export const CREATE_AT = `mutation C($input: CreateIntentInput!) { createIntent(input: $input) {
  intent { id status providerIntentId nextAction { __typename } } errors { code message } } }`;
export const SIMULATE = `mutation S($input: SimulatePaymentInput!) { simulatePayment(input: $input) {
  intent { status creditsAdded } balance { credits } errors { code message } } }`;
export const SPEND = `mutation S($input: SpendCreditsInput!) { spendCredits(input: $input) {
  transaction { id credits } balance { credits available } errors { code message } } }`;
export const HOLD = `mutation H($input: HoldCreditsInput!) { holdCredits(input: $input) {
  hold { id status } balance { available held } errors { code message } } }`;
export const SETTLE = `mutation S($input: SettleHoldInput!) { settleHold(input: $input) {
  hold { status settledCredits } balance { available held } errors { code message } } }`;
export const BALANCE = '{ balance { credits available held version } }';
export const INTENT = `query I($id: ID!) { intent(id: $id) { id status packageName creditsAmount amountMinor currency createdAt updatedAt } }`;
export const PAGE = `query P($first: Int!) { intents(first: $first) { edges { cursor node {
  id status packageName creditsAmount amountMinor currency createdAt updatedAt } } pageInfo { hasNextPage endCursor } } }`;
export const WATCH = 'subscription W { balanceChanged { kind cursor delta balance { credits version } } }';
