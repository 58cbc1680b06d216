import type { Assignment, Call, Recipe } from '@contentflow/contracts';
import { type FailureClass, GatewayFailure, type GatewayReply, type ModelGateway } from '@contentflow/language-models';
import { bodySteps } from '@contentflow/recipes';
import { type CallModel, REVISION, type StepRequest } from './domain/workflow-run.ts';
import type { Telling } from './generation-progress.ts';

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
  /** Whether answers may come from the cache. */
  readonly mayCache: boolean;
  /** Who is told of the text of the body as it comes, where anybody is. */
  readonly telling?: Telling | undefined;
}

/** Calls models through the gateway and writes down every call, the failed ones too. */
export function callModelThrough(gateway: ModelGateway, generation: GenerationCalls): CallModel {
  const { budget, recipe, assignment, calls, mayCache, telling } = generation;
  const scope = cacheScope(assignment);
  const told = new Set([...bodySteps(recipe), REVISION]);
  return async (request) => {
    const { step, draft, section, messages, ...asked } = request;
    try {
      const reply = await gateway.generate({
        ...asked,
        messages,
        budget,
        cache: {
          mode: mayCache ? recipe.cache.strategy : 'off',
          scope: `${scope}#${draft}`,
          ttlMs: recipe.cache.timeToLiveMs,
          semanticText: (messages.at(-1) as { content: string }).content,
        },
        ...(recipe.deadlineMs === undefined ? {} : { deadlineMs: recipe.deadlineMs }),
        ...(telling && told.has(step) ? toldOf(telling, { step, draft, section }) : {}),
      });
      calls.push(...recorded(request, reply));
      return { text: reply.text, calls };
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      calls.push(...recorded(request, error));
      throw new StepFailed(step, error);
    }
  };
}

const toldOf = (telling: Telling, place: Pick<StepRequest, 'step' | 'draft' | 'section'>) => ({
  onText: (piece: string) => telling.text(place, piece),
  onRestart: () => telling.restarted(place),
});

/** The arms of an experiment never answer each other's requests, nor do the holdback and the rest. */
const cacheScope = ({ holdback, recipe, exposures }: Assignment): string =>
  [
    holdback ? 'holdback' : 'current',
    recipe,
    ...exposures.map(({ experiment, variant }) => `${experiment}:${variant}`),
  ].join('/');

const recorded = ({ step }: StepRequest, { calls }: Pick<GatewayReply, 'calls'>): Call[] =>
  calls.map(({ simulated: _simulated, priceUnknown: _unknown, ...call }) => ({ step, ...call }));
