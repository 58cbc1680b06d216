import type { Clock } from '@contentflow/kernel';
import {
  type FailureClass,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
  ProviderError,
} from '../model-provider.ts';

/** What a scripted provider does with one call: replies after so long, fails, or hangs. */
export type Step = {
  afterMs?: number;
  fail?: FailureClass;
  retryAfterMs?: number;
  hang?: true;
  text?: string;
  pieces?: string[];
};

export interface ScriptedProvider extends ModelProvider {
  readonly received: ModelRequest[];
  /** Calls under way at once, at most. */
  readonly peak: number;
}

/** Follows its script call by call; the last step goes on for ever. */
export function scriptedProvider(
  clock: Clock,
  script: readonly Step[],
  options: { name?: string; models?: readonly string[] } = {},
): ScriptedProvider {
  const received: ModelRequest[] = [];
  let underWay = 0;
  let peak = 0;
  return {
    name: options.name ?? 'p',
    kind: 'openai-compatible',
    simulated: false,
    models: options.models ?? ['m'],
    received,
    get peak() {
      return peak;
    },
    generate: async (request, signal) => {
      const step = script[Math.min(received.length, script.length - 1)] ?? {};
      received.push(request);
      peak = Math.max(peak, ++underWay);
      try {
        return await follow(step, clock, request, signal);
      } finally {
        underWay--;
      }
    },
  };
}

async function follow(step: Step, clock: Clock, request: ModelRequest, signal?: AbortSignal): Promise<ModelReply> {
  if (step.hang) await new Promise(() => undefined);
  const startedAt = clock.now();
  for (const piece of step.pieces ?? []) request.onText?.(piece);
  if (step.afterMs) await clock.sleep(step.afterMs, signal);
  if (signal?.aborted) throw new ProviderError('cancelled', 'aborted');
  if (step.fail)
    throw new ProviderError(step.fail, `scripted ${step.fail}`, {
      ...(step.retryAfterMs && { retryAfterMs: step.retryAfterMs }),
    });
  const timeMs = clock.now() - startedAt;
  const text = step.text ?? step.pieces?.join('') ?? 'fine';
  return { text, tokensIn: 10, tokensOut: 5, timeToFirstTokenMs: timeMs, timeMs, finishReason: 'stop' };
}
