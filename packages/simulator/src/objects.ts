// What the stand-in keeps and what a change of it is made of. A root (a Stripe intent, a Razorpay order) and all that
// belongs to it are one family: read together, decided on together, written together.
import assert from 'node:assert/strict';
import type { PROVIDERS } from './providers';

export type ProviderName = keyof typeof PROVIDERS;

/** One object of a provider. The body has the provider's wire shape, amounts included: JSON numbers, minor units. */
export interface StoredObject<Body = unknown> {
  readonly id: string;
  /** The root's id; a root names itself. */
  readonly rootId: string;
  readonly provider: ProviderName;
  /** The provider's own word for what it is: charge, order … */
  readonly kind: string;
  /** 0 until it is stored; a root's rises with each change of its family. */
  readonly version: number;
  /** Seconds since 1970, the provider's clock. */
  readonly created: number;
  /** Razorpay's receipt, by which orders are looked up. */
  readonly receipt: string | null;
  readonly body: Body;
}

/** A family as it stood when it was read, and the provider's time then. */
export interface Family {
  readonly nowMs: number;
  /** Oldest first; empty when there is no such object. */
  readonly objects: readonly StoredObject[];
}

/** How the deliveries of an event misbehave, if they do. */
export interface DeliveryPlan {
  /** How often it is sent until all of them were accepted. 0: never, it is lost. */
  readonly copies: number;
  /** The first delivery carries a signature that does not verify. */
  readonly forgedFirst: boolean;
  /** Milliseconds between a forged delivery and the honest one. */
  readonly retryMs: number | null;
  /** The last event goes out first, each earlier one well after it. */
  readonly lastFirst?: boolean;
}

export const PLAIN_DELIVERY: DeliveryPlan = { copies: 1, forgedFirst: false, retryMs: null };

export interface NewEvent {
  readonly id: string;
  readonly type: string;
  /** The bytes that are signed and sent. */
  readonly body: string;
}

export interface NewStep {
  readonly id: string;
  /** Milliseconds from now by the provider's clock. */
  readonly delayMs: number;
  readonly stage: object;
}

/** What one decision writes, in one transaction. */
export interface Change {
  /** New and changed objects. The root need not be among them. */
  readonly objects: readonly StoredObject[];
  readonly events?: readonly NewEvent[];
  readonly delivery?: DeliveryPlan;
  readonly steps?: readonly NewStep[];
}

/** The family's root, or null when the family is empty. */
export function rootOf<Body>(family: Family): StoredObject<Body> | null {
  const root = family.objects.find((object) => object.id === object.rootId);
  return (root as StoredObject<Body> | undefined) ?? null;
}

/** The family's objects of one kind, oldest first. */
export function ofKind<Body>(family: Family, kind: string): readonly StoredObject<Body>[] {
  return family.objects.filter((object) => object.kind === kind) as StoredObject<Body>[];
}

/** The object with this id and kind, or null. */
export function member<Body>(family: Family, kind: string, id: string): StoredObject<Body> | null {
  return ofKind<Body>(family, kind).find((object) => object.id === id) ?? null;
}

/** The first of `objects`. @throws AssertionError when there is none. */
export function firstOf<Item>(objects: readonly Item[], what: string): Item {
  const first = objects[0];
  assert(first !== undefined, `The simulator has no ${what} where it wrote one`);
  return first;
}
