import type { Assignment, Call, Recipe } from '@contentflow/contracts';
import { type FailureClass, GatewayFailure, type GatewayReply, type ModelGateway } from '@contentflow/language-models';
import type { CallModel, StepRequest } from './domain/workflow-run.ts';

/** A step that ended in a failure, after all retries and fallbacks. */
export class StepFailed extends Error {
  readonly failure: FailureClass;

  constructor(step: string, cause: GatewayFailure) {
    super(`step "${step}": ${cause.message}`, { cause });
    this.name = 'StepFailed';
    this.failure = cause.failure;
  }
}

/** For one generation: which recipe it follows, and where its calls are written down. */
export interface GenerationCalls {
  /** Whose money it is. */
  readonly budget: { readonly contentType: string; readonly caller?: string };
  readonly recipe: Recipe;
  readonly assignment: Assignment;
  readonly calls: Call[];
}

/** Calls models through the gateway and writes down every call, the failed ones too. */
export function callModelThrough(
  gateway: ModelGateway,
  { budget, recipe, assignment, calls }: GenerationCalls,
): CallModel {
  const scope = cacheScope(assignment);
  return async (request) => {
    try {
      const reply = await gateway.generate({
        model: request.model,
        messages: request.messages,
        maxOutputTokens: request.maxOutputTokens,
        temperature: request.temperature,
        budget,
        cache: {
          mode: recipe.cache.strategy,
          scope: `${scope}#${request.draft}`,
          ttlMs: recipe.cache.timeToLiveMs,
          semanticText: (request.messages.at(-1) as { content: string }).content,
        },
      });
      calls.push(...recorded(request, reply));
      return { text: reply.text, calls };
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      calls.push(...recorded(request, error));
      throw new StepFailed(request.step, error);
    }
  };
}

/** The arms of an experiment never answer each other's requests, nor do the holdback and the rest. */
const cacheScope = ({ holdback, recipe, exposures }: Assignment): string =>
  [
    holdback ? 'holdback' : 'current',
    recipe,
    ...exposures.map(({ experiment, variant }) => `${experiment}:${variant}`),
  ].join('/');

const recorded = ({ step }: StepRequest, { calls }: Pick<GatewayReply, 'calls'>): Call[] =>
  calls.map(({ simulated: _simulated, priceUnknown: _unknown, ...call }) => ({ step, ...call }));
