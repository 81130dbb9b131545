import type { RiskAttackSign } from '../../gql/graphql';

/** By what an attack was noticed, after a number. */
export const SIGNS: Readonly<Record<RiskAttackSign, string>> = {
  declines: 'declines',
  new_cards: 'declines of cards never seen',
};
