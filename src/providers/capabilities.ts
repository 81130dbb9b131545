/** What a provider can do at all. */
export interface Capabilities {
  readonly partialRefund: boolean;
  /** False: a request with `forceAuthentication` is sent as one without. */
  readonly canForceAuthentication: boolean;
  /** False: the provider cannot cancel its object; we stop offering it and send back what still comes. */
  readonly nativeCancel: boolean;
  /** How long money may still come after the object looked dead, in seconds. */
  readonly lateSuccessWindowSeconds: number;
  readonly currencies: readonly string[];
  /** What the provider keeps beside its object; lengths in characters. */
  readonly metadata: MetadataRoom;
}

export interface MetadataRoom {
  readonly keys: number;
  readonly keyLength: number;
  readonly valueLength: number;
}
