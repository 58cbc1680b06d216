import type { Call, Usage } from '@contentflow/contracts';

/**
 * What a generation used: all its calls, failed tries included.
 * @param elapsedMs from the first call's start to the result, queues included
 * @param queuedMs before the first call
 * @param earlier the calls of attempts that came to no result: they cost what they cost, and their time is part of `queuedMs`
 */
export function usageOf(
  calls: readonly Call[],
  elapsedMs: number,
  queuedMs: number,
  earlier: readonly Call[] = [],
): Usage {
  const all = [...earlier, ...calls];
  const sum = (of: (call: Call) => number): number => all.reduce((total, call) => total + of(call), 0);
  const waitedInCalls = Math.min(
    calls.reduce((total, { waitMs }) => total + waitMs, 0),
    elapsedMs,
  );
  return {
    tokensIn: sum(({ tokensIn }) => tokensIn),
    tokensOut: sum(({ tokensOut }) => tokensOut),
    calls: all.filter(({ cache }) => cache === 'off' || cache === 'miss').length,
    cost: sum(({ cost }) => cost),
    timeMs: elapsedMs - waitedInCalls,
    waitMs: queuedMs + waitedInCalls,
    cache: cacheOf(calls),
  };
}

/** A generation is a hit when no call had to be made. */
function cacheOf(calls: readonly Call[]): Usage['cache'] {
  if (calls.length === 0 || calls.some(({ cache }) => cache === 'off')) return 'off';
  if (calls.some(({ cache }) => cache === 'miss')) return 'miss';
  return calls.some(({ cache }) => cache === 'semantic') ? 'semantic' : 'exact';
}
