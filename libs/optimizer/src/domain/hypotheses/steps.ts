import { ContentGenerated, fold } from '@contentflow/contracts';
import { ownValue, ownValueOrNew, setOwnValue } from '@contentflow/kernel';
import { addToMoments, mergeMoments, type Moments, noMoments } from '@contentflow/statistics';

/** What one call of a step of a workflow takes. */
interface StepCalls {
  readonly time: Moments;
  readonly cost: Moments;
  readonly tokensIn: Moments;
}
export interface StepStatistics extends StepCalls {
  /** Below one for a step that only some contents need. */
  readonly callsPerContent: number;
}

export interface StepObservations {
  /** Content type → how many were made by calls, and what those of each step took. */
  readonly steps: Record<string, { made: number; readonly calls: Record<string, StepCalls> }>;
}

export const stepsFold = fold<StepObservations['steps']>(() => ({})).on(ContentGenerated, (known, { data }) => {
  const { assignment, brief, calls, usage } = data;
  if (assignment.holdback || usage.cache === 'exact' || usage.cache === 'semantic') return known;
  const made = ownValueOrNew(known, brief.contentType, () => ({ made: 0, calls: {} }));
  made.made++;
  for (const { step, timeMs, cost, tokensIn } of calls) {
    const before = ownValue(made.calls, step) ?? { time: noMoments, cost: noMoments, tokensIn: noMoments };
    setOwnValue(made.calls, step, {
      time: addToMoments(before.time, timeMs),
      cost: addToMoments(before.cost, cost),
      tokensIn: addToMoments(before.tokensIn, tokensIn),
    });
  }
  return known;
});

export function stepsOf(parts: readonly StepObservations[], contentType: string): Record<string, StepStatistics> {
  const merged: Record<string, StepCalls> = {};
  const seen = parts.flatMap((part) => ownValue(part.steps, contentType) ?? []);
  for (const { calls } of seen)
    for (const [step, { time, cost, tokensIn }] of Object.entries(calls)) {
      const before = ownValue(merged, step);
      setOwnValue(
        merged,
        step,
        before
          ? {
              time: mergeMoments(before.time, time),
              cost: mergeMoments(before.cost, cost),
              tokensIn: mergeMoments(before.tokensIn, tokensIn),
            }
          : { time, cost, tokensIn },
      );
    }
  const made = seen.reduce((sum, each) => sum + each.made, 0);
  return Object.fromEntries(
    Object.entries(merged).map(([step, calls]) => [step, { ...calls, callsPerContent: calls.cost.n / made }]),
  );
}
