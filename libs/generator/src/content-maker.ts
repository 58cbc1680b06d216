import {
  type Assignment,
  type Call,
  ContentGenerated,
  type Failure,
  GenerationFailed,
  newEvent,
} from '@contentflow/contracts';
import { assign, type Assigned } from '@contentflow/decisions';
import { ContentFlowError, messageOf, MINUTE_MS, type NewEvent, SECOND_MS, steadyNow } from '@contentflow/kernel';
import {
  KnownKeys,
  metrics,
  MODELS,
  type Models,
  PersonalData,
  PLATFORM,
  type Platform,
  SystemStateReader,
} from '@contentflow/nest-platform';
import type { SpendingLimit } from '@contentflow/language-models';
import { isOffered, modelsOfRecipe, recipeVersion, routed } from '@contentflow/recipes';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { BatchTexts } from './batch-texts.ts';
import { callModelThrough, StepFailed } from './call-model.ts';
import { OutputRefused } from './domain/deliverable.ts';
import { MeasuredTexts } from './domain/measured-texts.ts';
import type { OpenBrief } from './domain/open-briefs.ts';
import { type PersonalWords, sealedContent, UNSAID } from './domain/sealed-brief.ts';
import { usageOf } from './domain/usage.ts';
import type { CallModel, WorkflowResult } from './domain/step-call.ts';
import { Turns } from './turns.ts';
import { type GenerationContext, runWorkflow } from './domain/workflow-run.ts';
import { GenerationProgress } from './generation-progress.ts';
import { GENERATOR_OPTIONS, type GeneratorOptions } from './generator-options.ts';
import { SemanticCache } from './semantic-cache.ts';

/** The optimizer looks each minute. */
const REROUTE_WITHIN_MS = 3 * MINUTE_MS;
/** What this process offers is in the log by then; where decisions take the models for offered after it, they move nothing. */
const KNOWN_WITHIN_MS = 10 * SECOND_MS;
const ASKED_EVERY_MS = 1000;

/** Of an error: the process stops, and the brief is for another one to make. */
export const STOPPING = 'stopping';

/** One try at a brief. */
export interface Attempt {
  readonly accepted: OpenBrief['accepted'];
  /** From 1. */
  readonly number: number;
  /** What is known of those that came to no result. */
  readonly earlier: readonly Call[];
  /** What it has called so far. */
  readonly calls: Call[];
  readonly spending: SpendingLimit | undefined;
  /** Aborted when the brief has ended otherwise. */
  readonly signal: AbortSignal;
}

/** A brief, and what was called for it. */
export type Called = Pick<Attempt, 'accepted' | 'earlier'> & { readonly calls: readonly Call[] };

/** Makes the content of one brief, by the recipe in force for it. */
@Injectable()
export class ContentMaker implements OnModuleDestroy {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    @Inject(GENERATOR_OPTIONS) private readonly options: GeneratorOptions,
    private readonly system: SystemStateReader,
    private readonly progress: GenerationProgress,
    private readonly batches: BatchTexts,
    private readonly cache: SemanticCache,
    private readonly personal: PersonalData,
    private readonly keys: KnownKeys,
  ) {}

  /** What is being made is made to its end; what has not begun, and would wait for a decision, is for the next start. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** Loads the measures: 50 MiB of tables, which a process that only passes calls on does without. */
  prepared(): Promise<typeof import('@contentflow/text-quality')> {
    this.measures ??= import('@contentflow/text-quality');
    return this.measures;
  }
  private measures: ReturnType<ContentMaker['prepared']> | undefined;
  private readonly stopping = new AbortController();
  private readonly turns = new Turns();
  /** Recipes that cannot run here, and since when that is known; epoch milliseconds. What a process offers stays the same. */
  private readonly stuckSince = new Map<string, number>();

  /**
   * Where the recipe's models are offered no more, a decision moves it to others: a brief waits for that rather than fail. All briefs of a recipe
   * wait the same time: when that is over and no decision came, none will, and those that come later end at once.
   */
  private async assigned(contentType: string, unit: string, signal: AbortSignal): Promise<Assigned> {
    const { clock } = this.platform;
    const { offered } = this.models;
    for (;;) {
      const system = this.system.current();
      const assigned = assign(system, contentType, unit, clock.now());
      const named = modelsOfRecipe(assigned.recipe);
      if (offered.length === 0 || named.every((name) => isOffered(offered, name))) return assigned;
      const recipe = recipeVersion(assigned.recipe);
      const since = this.stuckSince.get(recipe) ?? steadyNow(clock);
      this.stuckSince.set(recipe, since);
      const isToMove = system.models.length > 0 && !named.every((name) => isOffered(system.models, name));
      if (steadyNow(clock) >= since + (isToMove ? REROUTE_WITHIN_MS : KNOWN_WITHIN_MS)) return assigned;
      await clock.sleep(ASKED_EVERY_MS, AbortSignal.any([signal, this.stopping.signal]));
      signal.throwIfAborted();
      if (this.stopping.signal.aborted) throw new ContentFlowError(STOPPING, 'it waits for no decision any more');
    }
  }

  /**
   * The one result of a brief: content, or a failure with its class.
   * @param attempt its `calls` are filled as they end
   * @throws the reason of its `signal` once that is aborted; ContentFlowError `stopping` where it would wait for a decision while the process stops
   */
  async make(attempt: Attempt): Promise<NewEvent> {
    const { accepted, earlier, calls, spending, signal } = attempt;
    const { clock, instance } = this.platform;
    const { contentId, brief: kept, unit, simulated, batch, caller, keyId, personal } = accepted.data;
    const brief = await this.openedBrief(accepted);
    if (!brief) return this.cancelled(attempt, 'whom it is about was forgotten');
    const streams = accepted.data.streams && !personal;
    const { recipe, assignment } = await this.assigned(brief.contentType, unit, signal);
    const startedAt = steadyNow(clock);
    // Who accepted it may have had another clock, or this one before it was set.
    const queuedMs = Math.max(0, clock.now() - accepted.time);
    const reporter = this.progress.begin(accepted);
    const key = keyId === undefined ? undefined : this.keys.budgetOf(keyId);
    const budget = { contentType: brief.contentType, ...(caller && { caller }), ...(key && { key }) };
    const called = callModelThrough(this.models.gateway, {
      budget,
      contentId,
      spending,
      recipe,
      assignment,
      calls,
      signal,
      cache: accepted.data.cache === 'off' || personal ? { mode: 'off' } : this.cache.directive(recipe),
      onAudited: (step, request, made, hit) =>
        this.cache.judge({ contentId, recipe, step, request, made, hit, budget, spending }),
      reporter: streams ? reporter : undefined,
    });
    const call: CallModel = async (request) => {
      const reply = await called(request);
      // A simulated day has nobody who asks for health, and its order is its own.
      if (!this.platform.simulated) await this.turns.next();
      return reply;
    };
    const measured = new MeasuredTexts(await this.prepared(), recipe.style.words);
    const { onStep } = reporter;
    const made = await outcomeOf({
      recipe: routed(recipe, brief, unit),
      brief,
      call,
      judge: measured.score,
      onChosen: measured.chosen,
      brand: this.options.brand,
      isStreamed: streams,
      onStep,
    });
    await reporter.end();
    signal.throwIfAborted();

    const usage = usageOf(calls, steadyNow(clock) - startedAt, queuedMs, earlier);
    metrics()?.generationEnded(brief.contentType, 'content' in made ? undefined : made.failure, usage.timeMs / 1000);
    const facts = {
      contentId,
      brief: kept,
      unit,
      assignment,
      worker: instance,
      acceptedAt: accepted.time,
      simulated,
      ...(batch ? { batch } : {}),
      calls: [...earlier, ...calls],
      usage,
    };
    const result = { subject: accepted.subject, cause: accepted, index: 'result' };
    if (!('content' in made))
      return newEvent(GenerationFailed, {
        ...result,
        time: clock.now(),
        data: { ...facts, ...ofFailure(accepted, made) },
      });
    const { content, ...flags } = made;
    const quality = recipe.output.schema ? {} : { quality: measured.quality(content.body, brief) };
    const nearDuplicate = batch && (await this.batches.nearest(batch.id, contentId, content.body));
    const words = personal ? await this.sealed(accepted, { brief, content }) : { content };
    const data = { ...facts, ...words, ...quality, ...flags, ...(nearDuplicate ? { nearDuplicate } : {}) };
    return newEvent(ContentGenerated, { ...result, time: clock.now(), data });
  }

  /** Undefined where whom it is about is forgotten. */
  private async openedBrief({ data: { contentId, brief, personal } }: OpenBrief['accepted']) {
    return personal ? (await this.personal.opened<PersonalWords>(personal, contentId))?.brief : brief;
  }

  /** Under the key that the brief is sealed by; whoever is forgotten meanwhile gets none again. */
  private async sealed({ data: { contentId, personal } }: OpenBrief['accepted'], words: PersonalWords) {
    const sealed = personal && (await this.personal.sealedFor(personal.subject, words, contentId));
    return { content: sealedContent, ...(sealed ? { personal: sealed } : {}) };
  }

  /** The result of a brief that is not tried again. */
  abandoned(attempt: Called, message: string): NewEvent {
    return this.failed(attempt, { failure: 'internal_error', message });
  }

  /** The result of a brief that a person ended, with the calls of the attempt that it was ended in. */
  cancelled(attempt: Called, reason: string): NewEvent {
    return this.failed(attempt, { failure: 'cancelled', message: `cancelled: ${reason}` });
  }

  private failed(
    { accepted, earlier, calls }: Called,
    why: { readonly failure: Failure; readonly message: string },
  ): NewEvent {
    const { clock, instance } = this.platform;
    const { contentId, brief, unit, simulated, batch } = accepted.data;
    const time = clock.now();
    metrics()?.generationEnded(brief.contentType, why.failure, 0);
    const calledMs = Math.min(
      calls.reduce((sum, { timeMs, waitMs }) => sum + timeMs + waitMs, 0),
      time - accepted.time,
    );
    const data = {
      contentId,
      brief,
      unit,
      assignment: this.assignmentOf(accepted, time),
      worker: instance,
      acceptedAt: accepted.time,
      simulated,
      ...(batch ? { batch } : {}),
      calls: [...earlier, ...calls],
      usage: usageOf(calls, calledMs, time - accepted.time - calledMs, earlier),
      ...ofFailure(accepted, why),
    };
    return newEvent(GenerationFailed, { subject: accepted.subject, cause: accepted, index: 'result', time, data });
  }

  private assignmentOf({ data: { brief, unit } }: OpenBrief['accepted'], at: number): Assignment {
    const system = this.system.current();
    try {
      return assign(system, brief.contentType, unit, at).assignment;
    } catch {
      return unassigned(system.position);
    }
  }
}

/** What went wrong, as it may be told. */
const ofFailure = ({ data: { personal } }: OpenBrief['accepted'], why: { failure: Failure; message: string }) =>
  personal ? { ...why, personal, ...(why.failure === 'cancelled' ? {} : { message: UNSAID }) } : why;

/** Of a brief for which there is not even a recipe. */
const unassigned = (ledgerPosition: number): Assignment => ({
  recipe: '',
  holdback: false,
  exposures: [],
  withheld: [],
  improvements: [],
  ledgerPosition,
});

async function outcomeOf(
  generation: GenerationContext,
): Promise<WorkflowResult | { failure: Failure; message: string }> {
  try {
    return await runWorkflow(generation);
  } catch (error) {
    if (error instanceof StepFailed || error instanceof OutputRefused)
      return { failure: error.failure, message: error.message };
    return { failure: 'bad_request', message: messageOf(error) };
  }
}
