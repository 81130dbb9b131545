import type { Caller } from '../callers/caller';
import { invalidInput, notFound, Problem } from '../kernel/problems';
import type { Intent } from '../payments/intent.entity';
import type { Proof, ProviderName } from '../providers/provider';
import { askProvider } from './ask';
import type { IntentDeps } from './deps';
import { findIntent } from './find';

type Needs = Pick<
  IntentDeps,
  'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

export interface ConfirmPayment {
  readonly id: string;
  /** As the provider's sheet handed it over, under the provider's own names. */
  readonly proof: Proof;
}

// Three names of 19 characters and a signature are what the longest proof has; this is for providers to come.
const PROOF = { names: 20, length: 500 };

/**
 * Takes what a provider's payment sheet handed the browser. The proof is checked against the object that we stored, and
 * then only says that it is worth asking: what is believed is a read of the provider.
 * @param only an intent of another provider is not found
 * @param field of the input, that a refusal names
 * @throws Problem NOT_FOUND, INVALID_INPUT where the provider's sheet hands over nothing, SIGNATURE_INVALID,
 * PROVIDER_UNAVAILABLE
 */
export async function confirmPayment(
  deps: Needs,
  caller: Caller,
  { id, proof }: ConfirmPayment,
  { only, field = 'proof' }: { readonly only?: ProviderName; readonly field?: string } = {},
): Promise<Intent> {
  const values = Object.entries(proof);
  if (values.length > PROOF.names || values.flat().some((text) => text.length > PROOF.length))
    throw invalidInput('This is not what a payment sheet hands over.', field);
  const intent = await findIntent(deps, caller, id);
  const provider = intent && (!only || intent.provider === only) && deps.providers.get(intent.provider);
  if (!provider || !intent.providerIntentId || (only && !provider.verifyProof))
    throw notFound('The intent', ['input', 'id']);
  if (!provider.verifyProof)
    throw invalidInput(`${intent.provider} hands over no proof. Call syncIntent instead.`, field);
  if (!provider.verifyProof(proof, intent.providerIntentId)) {
    deps.log.critical('checkout.rejected', { intentId: intent.id, callerId: caller.id });
    throw new Problem('SIGNATURE_INVALID', 'The signature does not belong to this payment.', [
      'input',
      field,
    ]);
  }
  return (await askProvider(deps, caller, intent.id)).intent;
}
