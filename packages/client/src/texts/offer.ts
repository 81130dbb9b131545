import type { OfferTexts } from '../texts.ts';

const counted = (credits: string) => (credits === '1' ? '1 credit' : `${credits} credits`);

export const offer: OfferTexts = {
  left: (credits) => `${counted(credits)} left`,
  low: (credits) => (credits === '1' ? 'Only 1 credit is left.' : `Only ${credits} credits are left.`),
  depleted: 'No credits are left.',
  spendable: (credits, wallet) => `${wallet}: you can spend ${counted(credits)} now`,
  notBuyer: (wallet) => `Owners and managers buy the credits of ${wallet}.`,
  code: 'Promo code',
  codeBonus: (credits, code) => `+${credits} bonus credits with ${code}`,
  codeOutcomes: {
    used: 'The code was redeemed before, and brought no bonus.',
    not_first: 'The code was for a first purchase, and brought no bonus.',
    exhausted: 'Nothing was left of the code any more.',
    ended: 'The code had ended, and brought no bonus.',
    too_many: 'The balance cannot hold so many credits: the code brought no bonus.',
  },
};
