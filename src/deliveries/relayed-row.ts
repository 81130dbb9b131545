// What the relay reads of an event.
import type { Metadata } from '../kernel/metadata';

/** An event's row, with those of its intent and its posting where it has them. See RELAYED in relay.ts. */
export interface RelayedRow {
  readonly id: bigint;
  readonly epoch: number;
  readonly xid: string;
  readonly subject: string;
  readonly version: number | null;
  readonly kind: string;
  readonly from_status: string | null;
  readonly to_status: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
  readonly user_id: string | null;
  readonly intent_id: string | null;
  readonly package_id: string | null;
  readonly package_name: string | null;
  readonly credits: bigint | null;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly provider: string | null;
  readonly mode: string | null;
  readonly provider_intent_id: string | null;
  readonly cancel_reason: string | null;
  readonly reference: string | null;
  readonly metadata: Metadata | null;
  /** The last one that the events up to this one told of. */
  readonly failure: Readonly<Record<string, unknown>> | null;
  readonly posting: string | null;
  readonly reason: string | null;
  readonly public_reason: string | null;
}
