// Which part of the provider's books a run reads for the time that it is about, and in which steps.
import { descriptorOf } from '../providers/descriptors';
import type { ProviderName } from '../providers/provider';
import type { SettlementWindow } from '../providers/settlement';

/** One step of reading; what it brings is judged, or only known beside what is judged. */
export interface Slice extends SettlementWindow {
  readonly inWindow: boolean;
}

// A payment is at the provider before we book it: at most an hour, while our recovery is at work. A day, so that a line which the
// provider listed after the run over its day was through is seen by the next one.
const BEFORE_SECONDS = 86_400;
// Two clocks that differ.
const AFTER_SECONDS = 300;

/** Of which time our own bookings must be in the provider's books: they are held against what the run has read. */
export function expectedWindow(provider: ProviderName, { from, to }: SettlementWindow): SettlementWindow {
  const lag = descriptorOf(provider).books.listedWithinSeconds;
  return { from: from - lag, to: to - lag };
}

/** The time up to which this step reads, from `at` on; null when everything has been read. */
export function nextSlice(provider: ProviderName, window: SettlementWindow, at: number | null): Slice | null {
  const start = expectedWindow(provider, window).from - BEFORE_SECONDS;
  const end = window.to + AFTER_SECONDS;
  const from = at ?? start;
  if (from >= end) return null;
  const bound = [window.from, window.to, end].find((edge) => edge > from) ?? end;
  const to = Math.min(from + descriptorOf(provider).books.sliceSeconds, bound);
  return { from, to, inWindow: from >= window.from && from < window.to };
}
