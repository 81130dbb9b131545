// What the stand-in has to know of one provider, beside its objects. Everything outside the providers' folders is made from
// the list of these (providers.ts) and names none.
import type { z } from 'zod';
import type { Account, Refused } from './limits';
import type { Family, NewEvent } from './objects';
import type { Performer } from './outcomes';
import type { Letter } from './sign';
import type { Store } from './store';
import type { ReceivedCall, SimulatorResponse } from './wire';

export interface SimulatedProvider {
  /** As a person writes it. */
  readonly title: string;
  readonly key: KeyForm;
  readonly webhooks: WebhookForm;
  /** What a person names when an outcome is played: the prefix of its id (pi for pi_…), and what it is. */
  readonly playable: Readonly<Record<string, string>>;
  readonly performer: Performer;
  /** The gateway's variable for where the provider is. */
  readonly addressVariable: string;
  /** Whether a request is for this provider and for no other. What no provider claims is for the first of the list. */
  claims(call: ReceivedCall): boolean;
  /** Answers one request. @throws Refusal for an answer that ends the handling early. */
  answer(store: Store, call: ReceivedCall, account: Account): Promise<SimulatorResponse>;
  /** The answer to a call over the limit. */
  tooMany(refused: Refused): SimulatorResponse;
  /** The headers that every answer carries. */
  headersOf(call: ReceivedCall): Readonly<Record<string, string>>;
  /** What is told when a payout was made; empty at a provider whose payouts are movements in its books alone. */
  payoutNews(payout: Family): readonly NewEvent[];
}

/** The key that opens the account, as one text. There is no live account: a live key opens nothing. */
export interface KeyForm {
  /** Reads what a person says of it in JSON. */
  readonly schema: z.ZodType<string>;
  /** The variables that name it, for a person. */
  readonly variables: string;
  /** Null: none is set, and any test key opens the account. @throws SettingsError */
  fromEnvironment(environment: Environment): string | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The endpoint that the account has for webhook events. */
export interface WebhookForm {
  readonly secretVariable: string;
  /** Signs where nobody set one. */
  readonly secretDefault: string;
  /** What a gateway asks for, as docs/providers.md lists it. */
  readonly askedFor: readonly string[];
  /** Every type that the stand-in has news of. */
  readonly types: readonly string[];
  /**
   * The headers of one delivery, lower-case.
   * @param sign the HMAC of a text, in hex, by the secret or, for a letter that is forged, by another.
   * @param nowMs the time of sending, milliseconds since 1970.
   */
  headersOf(letter: Letter, sign: (text: string) => string, nowMs: number): Readonly<Record<string, string>>;
}
