import type { Attributes, Observed, StepKind, TraceSubject } from './observed';

/**
 * Does a step of a purchase, as a part of its trace where there is one.
 * @param work is handed what the parts of the step are about
 * @param told what the span says of what came of it
 */
export async function traced<Result>(
  observed: Pick<Observed, 'tracer'> | undefined,
  { name, kind, about }: { readonly name: string; readonly kind: StepKind; readonly about: TraceSubject },
  work: (about?: TraceSubject) => Promise<Result>,
  told: (result: Result) => Attributes,
): Promise<Result> {
  const step = observed?.tracer()?.begin(name, kind, about);
  if (!step) return work();
  try {
    const result = await work(step.of(about));
    step.end(told(result));
    return result;
  } catch (error) {
    step.end({}, error instanceof Error ? error.name : 'fault');
    throw error;
  }
}
