import type { Failure } from './provider';

/** @param seconds until we would ask again; longer where the provider, or our own pacing, wants it. */
export const againSeconds = (failure: Failure, seconds: number): number =>
  Math.max(seconds, 'retryAfterMs' in failure ? Math.ceil((failure.retryAfterMs ?? 0) / 1_000) : 0);
