import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { redeemPromoCode } from '../../../src/grants/redeem';
import { revokeCampaign, revokeDueGrants } from '../../../src/grants/revoke-campaign';
import { savePromoCode } from '../../../src/grants/save-promo-code';
import { as, codeOf, finance, named } from '../../credits/stand';
import type { CampaignModel, LedgerModel } from '../ledger-model';
import { fromLast, Step, type World } from '../world';

// So few that each of them is redeemed by several, and so many that some go on while others are taken back.
const CAMPAIGNS = 4;

/** A campaign with a code: the nth from the last that there is, or a new one. */
async function campaignOf(
  model: LedgerModel,
  { stand }: World,
  nth: number,
  credits: number,
): Promise<CampaignModel> {
  const known = fromLast(model.campaigns, nth);
  if (known && (!known.isRevoked || model.campaigns.length > CAMPAIGNS)) return known;
  const key = `c_${randomUUID().slice(0, 8)}`;
  await stand.campaign(key);
  const limit = 1 + (nth % 3);
  const { code } = await savePromoCode(stand.deps, finance, {
    ...{ campaign: key, credits: BigInt(credits), totalLimit: limit },
  });
  const made = { key, code, credits, limit, redeemedBy: new Map(), isRevoked: false };
  model.campaigns.push(made);
  return made;
}

/** A user types a code, of which something may be left. */
class Redeem extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly credits: number,
  ) {
    super();
  }

  async act(model: LedgerModel, world: World): Promise<void> {
    const user = model.user(this.user);
    const campaign = await campaignOf(model, world, this.nth, this.credits);
    let [id, wasReplayed] = ['', false];
    const asked = redeemPromoCode(
      world.stand.deps,
      as(user.name),
      { ...named(user.name), code: campaign.code },
      '',
    );
    const code = await codeOf(
      asked.then(({ grant, replayed }) => {
        [id, wasReplayed] = [grant.id, replayed];
      }),
    );
    const { outcome, replayed } = user.redeem(campaign, () => id);
    expect([code, wasReplayed]).toEqual([outcome, replayed]);
  }

  toString = () => `redeem(${this.user}, code ${this.nth} from the last, ${this.credits} where it is new)`;
}

/** All that a campaign gave is taken back, by the work in the background. */
class RevokeCampaign extends Step {
  constructor(private readonly nth: number) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const campaign = fromLast(model.campaigns, this.nth);
    if (!campaign) return;
    const { replayed } = await revokeCampaign(stand.deps, finance, {
      ...{ key: campaign.key, reason: 'Given to the wrong people' },
    });
    expect(replayed).toBe(campaign.isRevoked);
    while ((await revokeDueGrants(stand.deps)) > 0);
    model.revokeCampaign(campaign);
  }

  toString = () => `revokeCampaign(campaign ${this.nth} from the last)`;
}

export const redemptions = fc
  .tuple(fc.nat(2), fc.nat(5), fc.integer({ min: 1, max: 40 }))
  .map(([user, nth, credits]) => new Redeem(user, nth, credits));

export const revokedCampaigns = fc.nat(3).map((nth) => new RevokeCampaign(nth));
