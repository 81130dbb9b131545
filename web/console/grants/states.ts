import type { CampaignRowFragment, CodeRowFragment } from '../../gql/grants/graphql';

/** What a campaign does now, in one word of those that have a colour. */
export function stateOf(campaign: CampaignRowFragment, nowMs: number): string {
  if (campaign.revokedAt) return 'revoked';
  if (campaign.revokingSince) return 'being revoked';
  if (campaign.endsAt && Date.parse(campaign.endsAt) <= nowMs) return 'ended';
  return campaign.grantedCredits >= campaign.budgetCredits ? 'used up' : 'active';
}

/** The same of a code, as far as it is known without its campaign. */
export function codeStateOf(code: CodeRowFragment, nowMs: number): string {
  if (code.endsAt && Date.parse(code.endsAt) <= nowMs) return 'ended';
  if (code.totalLimit !== null && code.totalLimit !== undefined && code.redeemed >= code.totalLimit)
    return 'used up';
  return code.startsAt && Date.parse(code.startsAt) > nowMs ? 'scheduled' : 'active';
}
