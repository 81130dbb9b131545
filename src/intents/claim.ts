// Saves new intents, or finds what their key made before. See claim.sql.
import path from 'node:path';
import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { arrayText, type RowType } from '../db/set-call';
import { setVerb } from '../db/set-verb';
import type { UsableCode } from '../grants/look-at-code';
import type { CallerData } from '../kernel/metadata';
import type { RiskSettings } from '../kernel/risk-settings';
import { type Challenge, type FrozenRequest, Intent } from '../payments/intent.entity';
import type { DecisionCounts } from '../risk/decision-counts';
import { deviceOf, type Payer } from '../risk/payer';
import type { TraceSubject } from '../telemetry/observed';

export const CLAIM_SQL = path.join(__dirname, 'claim.sql');

export interface Claim extends CallerData {
  readonly id: string;
  readonly userId: string;
  /** Null: the gateway makes one, and an open intent of the same wish is found instead. */
  readonly key: string | null;
  readonly inputHash: string;
  readonly packageId: string;
  readonly provider: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly credits: bigint;
  readonly createdBy: string;
  readonly fingerprintId: string | null;
  readonly returnUrl: string | null;
  readonly request: FrozenRequest;
  /** In whose trace it stands. */
  readonly about?: TraceSubject;
  /** What is added to the request where the payer is to prove who it is; null: the provider cannot ask for that. */
  readonly challenge: Challenge | null;
  readonly leaseToken: string;
  /** Who pays, as far as it is known. */
  readonly payer: Payer;
  readonly isCheapest: boolean;
  /** Whether the payer has solved what a challenge without the provider asks for. */
  readonly hasPassed: boolean;
  /** A code that the payer typed, and what it gives; left out: none. */
  readonly promo?: UsableCode | null;
}

/** The claim, with the `traceparent` of its click frozen in it where one came. */
export function inTrace<Of extends Pick<Claim, 'id' | 'request'>>(claim: Of, traceparent?: string | null) {
  const request = traceparent ? { ...claim.request, traceparent } : claim.request;
  return { ...claim, request, about: { id: claim.id, request } };
}

export type Claimed =
  | { readonly outcome: 'created' | 'exists'; readonly intent: Intent }
  /** Nothing was made: risk forbids it, or asks the payer to prove something first. */
  | { readonly outcome: 'blocked' | 'challenge'; readonly decisionId: string }
  /** The price changed since it was looked up; or the wallet could not hold so many credits. */
  | { readonly outcome: 'unpriced' }
  | { readonly outcome: 'too_many' };

export type ClaimIntent = (claim: Claim) => Promise<Claimed>;

export interface ClaimOptions {
  readonly pool: pg.Pool;
  readonly mode: string;
  readonly ttlSeconds: number;
  readonly leaseSeconds: number;
  readonly risk: RiskSettings['mode'];
  /** Whether a payer can be asked to solve something of a captcha. */
  readonly hasCaptcha: boolean;
  readonly decisionCounts?: DecisionCounts;
}

// The open intent that stood in the way may close between the two statements; then the next try saves ours.
const TRIES_MAX = 3;

type ClaimAnswer = Row & { ord: number; outcome: Claimed['outcome']; decision_code: string | null };

/** `intent_claim` in claim.sql. */
export const CLAIM_ROW: RowType<Claim> = {
  name: 'intent_claim',
  columns: {
    id: (claim) => claim.id,
    user_id: (claim) => claim.userId,
    key: (claim) => claim.key,
    input_hash: (claim) => claim.inputHash,
    package_id: (claim) => claim.packageId,
    provider: (claim) => claim.provider,
    currency: (claim) => claim.currency,
    amount_minor: (claim) => claim.amountMinor,
    credits: (claim) => claim.credits,
    created_by: (claim) => claim.createdBy,
    fingerprint_id: (claim) => claim.fingerprintId,
    return_url: (claim) => claim.returnUrl,
    request: (claim) => claim.request,
    lease_token: (claim) => claim.leaseToken,
    reference: (claim) => claim.reference,
    metadata: (claim) => claim.metadata,
    challenge: (claim) => claim.challenge,
    is_cheapest: (claim) => claim.isCheapest,
    has_passed: (claim) => claim.hasPassed,
    device: (claim) => deviceOf(claim.fingerprintId),
    address: ({ payer }) => payer.address,
    country: ({ payer }) => payer.country,
    email_domain: ({ payer }) => payer.emailDomain,
    account_created_at: ({ payer }) => payer.accountCreatedAt?.toISOString(),
    promo_code: ({ promo }) => promo?.code,
    promo_credits: ({ promo }) => promo?.credits,
  },
};

export function createClaim(options: ClaimOptions): ClaimIntent {
  const toIntent = rowMapper(Intent);
  const save = setVerb<Claim, ClaimAnswer>({
    pool: options.pool,
    name: 'claim_intents',
    text: `select c.ord, c.outcome, decision_code(c.decision_id) as decision_code, ${selectList(Intent, '(c.intent)')}
      from claim_intents($1::intent_claim[], $2, $3, $4, $5, $6) c`,
    values: (claims) => [
      arrayText(CLAIM_ROW, claims),
      options.mode,
      options.ttlSeconds,
      options.leaseSeconds,
      options.risk,
      options.hasCaptcha,
    ],
  });
  const find = setVerb<Claim, Row & { ord: number }>({
    pool: options.pool,
    name: 'find_claimed',
    text: `select f.ord, ${selectList(Intent, '(f.intent)')} from find_claimed($1::intent_claim[]) f`,
    values: (claims) => [arrayText(CLAIM_ROW, claims)],
  });

  return async (claim) => {
    for (let tries = 1; ; tries++) {
      const [saved] = await save([claim]);
      if (saved) count(options, claim, saved);
      if (saved?.outcome === 'created') return { outcome: 'created', intent: toIntent(saved) };
      if (saved?.outcome === 'unpriced' || saved?.outcome === 'too_many') return { outcome: saved.outcome };
      if (saved?.outcome === 'blocked' || saved?.outcome === 'challenge')
        return { outcome: saved.outcome, decisionId: String(saved.decision_code) };
      const [found] = await find([claim]);
      if (found) {
        const intent = toIntent(found);
        // A set that was sent again after a lost answer finds its own row.
        return { outcome: intent.id === claim.id ? 'created' : 'exists', intent };
      }
      if (tries >= TRIES_MAX)
        throw new Error(`Claim of ${claim.id} found neither room nor what stands in its way`);
    }
  };
}

/** What became of it says what came of the decision: see `told_of` in risk/decide.sql. */
function count({ decisionCounts, risk }: ClaimOptions, { hasPassed }: Claim, saved: ClaimAnswer): void {
  const stage = 'claim';
  if (saved.outcome === 'blocked') decisionCounts?.add({ stage, decision: 'block', told: 'blocked' });
  if (saved.outcome === 'challenge') decisionCounts?.add({ stage, decision: 'challenge', told: 'captcha' });
  if (saved.outcome !== 'created') return;
  const decision = saved.risk_decision as Intent['riskDecision'];
  if (decision === null) return;
  const asksBank = (saved.request as FrozenRequest).forceAuthentication === true;
  const ofChallenge = asksBank ? 'challenge' : 'frozen';
  const acts = decision === 'challenge' ? (hasPassed ? 'captcha' : ofChallenge) : 'frozen';
  const told = decision === 'allow' ? 'none' : risk === 'observe' ? 'observed' : acts;
  decisionCounts?.add({ stage, decision, told });
}
