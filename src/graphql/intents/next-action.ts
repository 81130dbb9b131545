import { type Caller, hasRole } from '../../callers/caller';
import type { SimulatedOutcome } from '../../intents/simulate';
import type { Config } from '../../kernel/config';
import { isSharedWalletId } from '../../kernel/ids';
import type { SecretBox } from '../../kernel/secret-box';
import { CLIENT_SECRET_PURPOSE, type Intent } from '../../payments/intent.entity';
import { descriptorOf } from '../../providers/descriptors';
import { outcomesOf } from './outcomes';

/** The mock sheet's needs. */
export interface MockConfirm {
  readonly clientSecret: string;
  readonly outcomes: readonly SimulatedOutcome[];
}

/** What a provider's sheet needs: the fields of its type, and which type it is. */
export interface ProviderAction {
  readonly actionType: string;
  readonly [field: string]: unknown;
}

export type NextAction = MockConfirm | ProviderAction;

export interface NextActionDeps {
  readonly config: Config;
  readonly secrets: SecretBox;
}

/**
 * What the payer must do next. Null when nothing is left to do, while the provider has not answered or an end was asked
 * for, and for everyone but the owner and the service that made the intent: the secret would let them pay.
 */
export function nextActionOf(
  intent: Intent,
  caller: Caller | null,
  { config, secrets }: NextActionDeps,
): NextAction | null {
  const isTheirs = caller !== null && (caller.id === intent.userId || madeIt(caller, intent));
  if (!isTheirs || intent.status !== 'pending') return null;
  const { providerIntentId } = intent;
  if (!providerIntentId || intent.cancelRequestedAt || intent.expireRequestedAt) return null;
  if (intent.mode === 'mock')
    return {
      // Where a provider has no secret of the object, its id is what a sheet opens with.
      clientSecret: clientSecretOf(intent, secrets) ?? providerIntentId,
      outcomes: outcomesOf(intent.provider),
    };
  const settings = config.providers[intent.provider];
  if (!settings) return null;
  const { nextAction } = descriptorOf(intent.provider);
  const values = nextAction.of({
    settings,
    providerIntentId,
    clientSecret: clientSecretOf(intent, secrets),
    amount: { amountMinor: intent.amountMinor, currency: intent.currency },
    returnUrl: intent.returnUrl,
    merchantName: config.merchantName,
  });
  return values && { ...values, actionType: nextAction.type };
}

const clientSecretOf = ({ clientSecret }: Intent, secrets: SecretBox) =>
  clientSecret === null ? null : secrets.openText(clientSecret, CLIENT_SECRET_PURPOSE);

/** Which member of the union it is. */
export const nextActionType = (action: NextAction): string =>
  'actionType' in action ? action.actionType : 'MockConfirm';

/** True for the service that acted for the user, and for the member who buys for a shared wallet. */
export const madeIt = (caller: Caller, intent: Intent): boolean =>
  intent.createdBy === caller.id && (hasRole(caller, 'service') || isSharedWalletId(intent.userId));
