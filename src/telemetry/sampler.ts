// Which traces are sent (OTEL_TRACES_SAMPLER). Each process decides alike, because it goes by the trace's id.
import type { TracingSettings } from '../kernel/tracing-settings';
import type { TraceContext } from './trace-context';

export type Sampler = (at: Pick<TraceContext, 'traceId' | 'isSampled'>) => boolean;

// The last eight bytes are by chance in every kind of id; 53 bits of them are as many as a number holds.
const BITS = 53;
const lastOf = (traceId: string) => Number(BigInt(`0x${traceId.slice(16)}`) >> BigInt(64 - BITS)) / 2 ** BITS;

/** @returns whether the spans of a trace are sent; what was decided before this gateway holds where the sampler is parentbased */
export function createSampler({ sampler, ratio }: Pick<TracingSettings, 'sampler' | 'ratio'>): Sampler {
  const share = sampler.endsWith('always_on') ? 1 : sampler.endsWith('always_off') ? 0 : ratio;
  const followsParent = sampler.startsWith('parentbased');
  return ({ traceId, isSampled }) =>
    followsParent && isSampled !== null ? isSampled : lastOf(traceId) < share;
}
