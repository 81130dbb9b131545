// One provider, whole: what the gateway has to know of it beside its adapter. Configuration, the chart of accounts, prices,
// reconciliation, the pages' policy, the payer's next action and the seeds are made from these and name no provider.
import type { Money } from '../kernel/money';
import type { ProviderKeys, ProviderSettings } from '../kernel/provider-settings';
import type { Capabilities } from './capabilities';
import type { Provider, WebhookHeaders } from './provider';
import type { Terms } from './terms';
import type { Line, Transport } from './transport';

/** What an adapter is made with. */
export type AdapterSettings = Omit<ProviderSettings, 'callRate'>;

export interface Descriptor {
  /** As a person writes it. */
  readonly title: string;
  /** Its variables and their rules. */
  readonly keys: ProviderKeys;
  readonly capabilities: Capabilities;
  /** Which amounts it takes, by currency. */
  readonly terms: Terms;
  /** The least that it sends back, in minor units; a hint, its answer decides. */
  readonly refundMinimumMinor: bigint;
  /** Currencies for which it is asked before those that stand in front of it. */
  readonly prefers: readonly string[];
  readonly books: BooksTiming;
  /** What the page with its payment sheet may load beside its own, by directive of the content security policy. */
  readonly policy: Readonly<Record<string, readonly string[]>>;
  readonly nextAction: NextActionForm;
  /** What mock mode cannot play before a payment was made, because the provider has no such thing. */
  readonly neverPlays: readonly string[];
  /** The types of webhook events that its endpoint has to be asked for. */
  readonly webhookEvents: readonly string[];
  readonly localWebhooks: LocalWebhooks;
  /** Where a person looks at a dispute in its dashboard. */
  disputePage?(providerDisputeId: string, isLive: boolean): string;
  /** Its part of the purchases that `seed` makes, from 0 to 1. */
  readonly seedShare: number;
  /** @throws ConfigError for an apiBase that cannot be used. */
  create(settings: AdapterSettings, transport?: Transport, line?: Line): Provider;
}

/** How its webhook events come to a gateway on a developer's machine. */
export interface LocalWebhooks {
  /** What a developer does once so that they come to `url`, a line each. */
  steps(at: LocalAddress): readonly string[];
  /** What an event calls itself, for a line on a screen: nobody has verified it. Pure; never throws. */
  nameOf(body: Buffer, headers: WebhookHeaders): { readonly type: string | null; readonly id: string | null };
}

export interface LocalAddress {
  /** On this machine, over http. */
  readonly url: string;
  readonly events: readonly string[];
  /** The setting of the gateway that holds what events are signed with. */
  readonly secretVariable: string;
}

export interface BooksTiming {
  /** How long after a payment it may take until the provider's books name it, in seconds. */
  readonly listedWithinSeconds: number;
  /** In which steps a window of its books is read, in seconds. */
  readonly sliceSeconds: number;
}

/** What a field of it holds, and what a front-end developer does with it. */
export interface NextActionField {
  readonly kind: 'text' | 'text or null' | 'money';
  readonly description: string;
}

/** A member of the schema's union NextAction: what the browser needs to open the provider's sheet. */
export interface NextActionForm {
  /** The name of its type. */
  readonly type: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, NextActionField>>;
  /** A value for each field; null: the payer can do nothing now. */
  of(payable: Payable): Readonly<Record<string, string | Money | null>> | null;
}

/** An intent that waits for its payer. */
export interface Payable {
  readonly settings: AdapterSettings;
  readonly providerIntentId: string;
  /** The provider's secret for this payment, where it has one. */
  readonly clientSecret: string | null;
  readonly amount: Money;
  readonly returnUrl: string | null;
  readonly merchantName: string;
}
