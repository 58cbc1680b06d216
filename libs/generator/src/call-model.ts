import type { Assignment, Call, Recipe } from '@contentflow/contracts';
import { cacheScope } from '@contentflow/decisions';
import {
  type AuditedHit,
  type BudgetClaim,
  type CacheDirective,
  EMBEDDINGS,
  type FailureClass,
  GatewayFailure,
  type GatewayReply,
  type ModelGateway,
  type SpendingLimit,
} from '@contentflow/language-models';
import { hash128 } from '@contentflow/kernel';
import { bodySteps } from '@contentflow/recipes';
import type { CallModel, StepRequest } from './domain/step-call.ts';
import { REVISION } from './domain/workflow-run.ts';
import type { ProgressReporter } from './generation-progress.ts';

/** A step that ended in a failure, after all retries and fallbacks. */
export class StepFailed extends Error {
  readonly failure: FailureClass;

  constructor(step: string, cause: GatewayFailure) {
    super(`step "${step}": ${cause.message}`, { cause });
    this.name = 'StepFailed';
    this.failure = cause.failure;
  }
}

/** How answers may be found in the cache; `isKeyed`: also those that were made for other words with the same key. */
export interface CacheUse extends Pick<CacheDirective, 'mode' | 'ttlMs' | 'similarity' | 'auditShare' | 'rule'> {
  readonly isKeyed?: boolean;
}

/** For one generation: which recipe it follows, and where its calls are written down. */
export interface GenerationCalls {
  /** Whose money it is. */
  readonly budget: BudgetClaim;
  /** Of what is made; an answer that is kept says so when it is served again. */
  readonly contentId?: string;
  /** What the brief may cost. */
  readonly spending?: SpendingLimit | undefined;
  readonly recipe: Recipe;
  readonly assignment: Assignment;
  readonly calls: Call[];
  /** Ends what is under way, and lets nothing more begin. */
  readonly signal?: AbortSignal;
  readonly cache: CacheUse;
  /** Told of a text of the body that was made although the cache had an answer, to be compared with it. */
  readonly onAudited?: (step: string, request: string, made: string, hit: AuditedHit) => void;
  /** Who is told of the text of the body as it comes, where anybody is. */
  readonly reporter?: ProgressReporter | undefined;
}

/** Calls models through the gateway and writes down every call, the failed ones too. */
export function callModelThrough(gateway: ModelGateway, generation: GenerationCalls): CallModel {
  const { budget, contentId, spending, recipe, assignment, calls, signal, cache, onAudited, reporter } = generation;
  const scope = cacheScope(assignment);
  const body = new Set(bodySteps(recipe));
  const streamedSteps = new Set([...body, REVISION]);
  return async (request) => {
    const { step, draft, section, messages, keyMessages, instructions, isRetry, ...asked } = request;
    const semanticText = (messages.at(-1) as { content: string }).content;
    const { auditShare = 0, isKeyed, ...found } = cache;
    const isCompared = onAudited !== undefined && body.has(step);
    try {
      const asking = {
        ...asked,
        messages,
        budget,
        spending,
        cache: {
          ...found,
          // Nothing is learned of what is not compared, so that no rule says anything of it.
          ...(found.rule && !isCompared && { mode: 'exact' as const }),
          // What is found by meaning is compared without the system's words.
          scope: instructions === undefined ? `${scope}#${draft}` : `${scope}#${draft}#${hash128(instructions)}`,
          ...(contentId !== undefined && { madeFor: contentId }),
          semanticText,
          ...(isKeyed && keyMessages ? { keyMessages } : {}),
          auditShare: isCompared ? auditShare : 0,
        },
        ...(recipe.deadlineMs === undefined ? {} : { deadlineMs: recipe.deadlineMs }),
        ...(reporter && streamedSteps.has(step) ? streamTo(reporter, { step, draft, section }) : {}),
      };
      if (isRetry && streamedSteps.has(step)) reporter?.restarted({ step, draft, section });
      const reply = await gateway.generate(asking, signal);
      calls.push(...recorded(request, reply));
      if (reply.auditedHit) onAudited?.(step, semanticText, reply.text, reply.auditedHit);
      return { text: reply.text, calls, finishReason: reply.finishReason };
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      calls.push(...recorded(request, error));
      throw new StepFailed(step, error);
    }
  };
}

const streamTo = (reporter: ProgressReporter, place: Pick<StepRequest, 'step' | 'draft' | 'section'>) => ({
  onText: (piece: string) => reporter.text(place, piece),
  onRestart: () => reporter.restarted(place),
});

const recorded = ({ step }: StepRequest, { calls }: Pick<GatewayReply, 'calls'>): Call[] =>
  calls.map(({ simulated: _simulated, priceUnknown: _unknown, ...call }) => ({
    step: call.provider === EMBEDDINGS ? EMBEDDINGS : step,
    ...call,
  }));
