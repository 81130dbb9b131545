// What happens often enough to be counted and not written down: calls of the API, calls to providers, sets on their way to the database.
// Whoever counts listens; while nobody does, telling costs nothing.

export interface ObservedOperation {
  /** The field of Query, Mutation or Subscription. */
  readonly operation: string;
  /** `ok`, the code of a problem, or `FAULT`. */
  readonly code: string;
  readonly ms: number;
}

export interface ObservedCall {
  readonly provider: string;
  /** As the provider's routes are named, e.g. `POST /v1/refunds`. */
  readonly operation: string;
  /** The kind of its outcome. */
  readonly outcome: string;
  readonly ms: number;
}

export interface Observer {
  readonly operation: (operation: ObservedOperation) => void;
  readonly providerCall: (call: ObservedCall) => void;
}

export interface Observed extends Observer {
  readonly listen: (observer: Observer) => void;
}

export function createObserved(): Observed {
  const observers: Observer[] = [];
  return {
    listen: (observer) => {
      observers.push(observer);
    },
    operation: (operation) => {
      for (const observer of observers) observer.operation(operation);
    },
    providerCall: (call) => {
      for (const observer of observers) observer.providerCall(call);
    },
  };
}
