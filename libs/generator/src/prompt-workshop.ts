import {
  type Brief,
  type Call,
  ChangeScreened,
  impartialScore,
  newEvent,
  PromptCandidateDrafted,
  PromptCandidateScreened,
  type Recipe,
  type ScreenedRun,
  Topic,
  type ContentDocument,
  type EventData,
} from '@contentflow/contracts';
import type { Subscription } from '@contentflow/event-log';
import { MINUTE_MS, type NewEvent, repeatedly, steadyNow } from '@contentflow/kernel';
import { GatewayFailure } from '@contentflow/language-models';
import {
  FoldHost,
  type HostedFold,
  MODELS,
  type Models,
  PLATFORM,
  type Platform,
  SystemStateReader,
} from '@contentflow/nest-platform';
import {
  type Edit,
  editingMessages,
  instructionsIn,
  promptVersion,
  refusalOf,
  type LessonExcerpt,
  withChange,
} from '@contentflow/recipes';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { callModelThrough, StepFailed } from './call-model.ts';
import { ContentMaker } from './content-maker.ts';
import { ContentService } from './content.service.ts';
import { OutputRefused } from './domain/deliverable.ts';
import { MeasuredTexts } from './domain/measured-texts.ts';
import {
  type Drafted,
  nextOrder,
  nextScreening,
  type Order,
  type Orders,
  orders,
  type ScreeningOrder,
  typesAsked,
} from './domain/open-orders.ts';
import { usageOf } from './domain/usage.ts';
import { runWorkflow } from './domain/workflow-run.ts';
import { GENERATOR_OPTIONS, type GeneratorOptions } from './generator-options.ts';

const LOOK_EVERY_MS = MINUTE_MS;
/** Briefs of a content type that are made at the same time: traffic comes first. */
const CONCURRENCY = 4;
const EDITING_ATTEMPTS = 2;
/** Of a content that fell short. */
const SHOWN_CHARACTERS = 400;
const RETRY_AFTER_MS = 2 * MINUTE_MS;

/**
 * Carries out the optimizer's orders for new prompts and for other changes: has a model write the prompts that a model writes, refuses what may
 * not be used, and makes held-out briefs by each change and by the recipe in force. What is made here is measured, and given to nobody.
 */
@Injectable()
export class PromptWorkshop implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private orders: HostedFold<Orders> | undefined;
  private readonly stopping = new AbortController();
  private subscription: Subscription | undefined;
  private leaving: Promise<void> | undefined;
  private isOwner = false;
  private running: Promise<void> = Promise.resolve();
  /** Content types whose order is being carried out. */
  private readonly atWork = new Map<string, Promise<void>>();

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    @Inject(GENERATOR_OPTIONS) private readonly options: GeneratorOptions,
    private readonly system: SystemStateReader,
    private readonly maker: ContentMaker,
    private readonly contents: ContentService,
    private readonly folds: FoldHost,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { clock, storedLog } = this.platform;
    this.orders = await this.folds.start('generator.prompt-orders', orders);
    // The group is joined for its only partition: one instance works on orders at a time.
    this.subscription = await storedLog.subscribe({
      group: 'prompt-workshop',
      topics: [Topic.decisions],
      handle: async () => [],
      onAssigned: (partitions) => {
        this.isOwner = partitions.size > 0;
      },
    });
    this.running = repeatedly(
      clock,
      () => LOOK_EVERY_MS,
      this.stopping.signal,
      () => this.workOnce(),
    );
  }

  /** Before requests are drained, since on Kafka to leave a group may take seconds. */
  onModuleDestroy(): void {
    this.stopping.abort();
    this.leaving = this.subscription?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.leaving, this.running]);
    await Promise.all(this.atWork.values());
  }

  /** Content types do not wait for each other's orders: a brief may take minutes, and an order for one hours. */
  private async workOnce(): Promise<void> {
    if (!this.isOwner || this.system.current().autonomy.state === 'paused') return;
    for (const contentType of typesAsked(this.orders?.parts() ?? [], this.platform.clock.now())) {
      if (this.atWork.has(contentType)) continue;
      const work = this.workOn(contentType).finally(() => this.atWork.delete(contentType));
      this.atWork.set(contentType, work);
    }
  }

  /** What was asked for first comes first. */
  private async workOn(contentType: string): Promise<void> {
    const { clock, log, logger } = this.platform;
    const { promptRequests, screenings } = this.system.current();
    const parts = this.orders?.parts() ?? [];
    const isIn = (asked: readonly { readonly requestId: string }[], id: string): boolean =>
      asked.some(({ requestId }) => requestId === id);
    const isOwn = (order: { readonly contentType: string }): boolean => order.contentType === contentType;
    const screening = nextScreening(parts, (each) => isOwn(each) && isIn(screenings, each.requestId), clock.now());
    const open = nextOrder(parts, (each) => isOwn(each) && isIn(promptRequests, each.requestId), clock.now());
    const isScreeningFirst = screening && !(open && open.order.time < screening.time);
    try {
      if (isScreeningFirst) await log.append(await this.tried(screening));
      else if (open)
        await log.append(await (open.drafted ? this.screened(open.order, open.drafted) : this.drafted(open.order)));
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      const order = (isScreeningFirst ? screening : open?.order)?.data.requestId;
      logger.error({ err: error, order }, 'an order to try changes could not be carried out');
    }
  }

  /** Every prompt of the order, those refused too. */
  private async drafted(order: Order): Promise<NewEvent[]> {
    const { drafts, edits } = order.data;
    const made = drafts.map(({ origin, change }) => ({ origin, change, refused: null, cost: 0 }));
    const edited: Draft[] = [];
    for (const edit of edits) edited.push({ origin: edit, ...(await this.edited(order, edit)) });
    return [...made, ...edited].map((draft, index) => this.draftedEvent(order, draft, index));
  }

  private draftedEvent(order: Order, draft: Draft, index: number): NewEvent {
    const { requestId, contentType, parent } = order.data;
    const candidateId = `${requestId}-${index + 1}`;
    const { clock, simulated } = this.platform;
    return newEvent(PromptCandidateDrafted, {
      subject: contentType,
      time: clock.now(),
      cause: order,
      index: `drafted-${index}`,
      data: { candidateId, requestId, contentType, parent, simulated, ...draft },
    });
  }

  /** What a model makes of the instructions; an answer that may not be used is asked for once more, with the reason. */
  private async edited({ data }: Order, edit: Edit): Promise<Omit<Draft, 'origin'>> {
    const { contentType, recipe } = data;
    const { instructions } = recipe.prompt;
    const lessons = await this.shown(data.lessons);
    let refused: string | undefined;
    let spent = 0;
    for (let attempt = 0; attempt < EDITING_ATTEMPTS; attempt++) {
      this.stopping.signal.throwIfAborted();
      try {
        const { text, cost } = await this.models.gateway.generate({
          model: recipe.model,
          messages: editingMessages(edit, contentType, instructions, lessons, refused),
          maxOutputTokens: Math.ceil(instructions.length / 2) + 200,
          temperature: recipe.temperature,
          budget: { contentType },
        });
        spent += cost;
        const edited = instructionsIn(text);
        refused = refusalOf(edit, edited, instructions, lessons);
        if (refused === undefined)
          return { change: { kind: 'replace_instructions', instructions: edited }, refused: null, cost: spent };
      } catch (error) {
        if (!(error instanceof GatewayFailure)) throw error;
        return { change: null, refused: `no model answered: ${error.failure}`, cost: spent + costOf(error.calls) };
      }
    }
    return { change: null, refused: refused ?? null, cost: spent };
  }

  /** What fell short, as it is shown; what is no longer there teaches nothing. */
  private async shown(lessons: Order['data']['lessons']): Promise<LessonExcerpt[]> {
    const found = await this.briefsOf(lessons.map(({ contentId }) => contentId));
    return found.map(({ id, brief, content }) => ({
      brief: brief.topic,
      text: content?.body.slice(0, SHOWN_CHARACTERS) ?? '',
      flaws: lessons.find(({ contentId }) => contentId === id)?.flaws ?? [],
    }));
  }

  /** An order names contents, and holds no copies of them: what was taken out since is left out here. */
  private async briefsOf(contentIds: readonly string[]): Promise<ContentDocument[]> {
    const found = await Promise.all(contentIds.map((id) => this.contents.contents.get(id)));
    return found.filter((document) => document !== undefined);
  }

  /** Each brief by the prompt in force and by every candidate, one after the other; some briefs at a time. */
  private async screened(order: Order, drafted: readonly Drafted[]): Promise<NewEvent[]> {
    const { recipe, heldOut } = order.data;
    const candidates = drafted.flatMap((draft) => (draft.change ? [{ ...draft, change: draft.change }] : []));
    const recipes = [recipe, ...candidates.map(({ change }) => withChange(recipe, change))];
    const results = await this.pairsOf(recipes, heldOut);
    return candidates.map((candidate, index) => {
      const { candidateId, requestId, contentType, origin, parent, change } = candidate;
      const { clock, simulated } = this.platform;
      return newEvent(PromptCandidateScreened, {
        subject: contentType,
        time: clock.now(),
        cause: order,
        index: `screened-${candidateId}`,
        data: {
          candidateId,
          requestId,
          contentType,
          origin,
          parent,
          change,
          prompt: promptVersion(recipes[index + 1] as Recipe),
          ...(results[index] as Tried),
          simulated,
        },
      });
    });
  }

  /** Every change of an order, told at once. */
  private async tried(order: ScreeningOrder): Promise<NewEvent[]> {
    const { requestId, contentType, recipe, changes, heldOut } = order.data;
    const results = await this.pairsOf([recipe, ...changes.map(({ change }) => withChange(recipe, change))], heldOut);
    const { clock, simulated } = this.platform;
    return changes.map(({ context, change }, index) =>
      newEvent(ChangeScreened, {
        subject: contentType,
        time: clock.now(),
        cause: order,
        index: `screened-${context}`,
        data: { requestId, contentType, context, change, ...(results[index] as Tried), simulated },
      }),
    );
  }

  /** What the first recipe and each of the others made of the same briefs, and what that cost: of the first's runs each bears its share. */
  private async pairsOf(recipes: readonly Recipe[], heldOut: readonly string[]): Promise<Tried[]> {
    const briefs = await this.briefsOf(heldOut);
    const rows: Trial[][] = [];
    for (let from = 0; from < briefs.length; from += CONCURRENCY)
      rows.push(
        ...(await Promise.all(
          briefs.slice(from, from + CONCURRENCY).map(({ brief }) => this.generateAll(recipes, brief)),
        )),
      );
    const spentOn = (way: number): number => rows.reduce((sum, row) => sum + (row[way] as Trial).spent, 0);
    return recipes.slice(1).map((_, index) => ({
      pairs: rows.map((row, i) => ({
        contentId: briefs[i]?.id ?? '',
        control: (row[0] as Trial).run,
        treatment: (row[index + 1] as Trial).run,
      })),
      cost: spentOn(index + 1) + spentOn(0) / (recipes.length - 1),
    }));
  }

  private async generateAll(recipes: readonly Recipe[], brief: Brief): Promise<Trial[]> {
    const trials: Trial[] = [];
    for (const recipe of recipes) trials.push(await this.generateWithRetry(recipe, brief));
    return trials;
  }

  /** What a provider fails at says little of the prompt: it is tried once more, when the provider had time to fix. */
  private async generateWithRetry(recipe: Recipe, brief: Brief): Promise<Trial> {
    const first = await this.made(recipe, brief);
    if (first.run) return first;
    await this.platform.clock.sleep(RETRY_AFTER_MS, this.stopping.signal);
    const second = await this.made(recipe, brief);
    return { ...second, spent: first.spent + second.spent };
  }

  private async made(recipe: Recipe, brief: Brief): Promise<Trial> {
    const { clock } = this.platform;
    const measured = new MeasuredTexts(await this.maker.prepared(), recipe.style.words);
    const startedAt = steadyNow(clock);
    const calls: Call[] = [];
    const { gateway } = this.models;
    const budget = { contentType: brief.contentType };
    // A stop waits for calls that were made, and makes no more: whoever takes the order up again begins it anew.
    this.stopping.signal.throwIfAborted();
    const call = callModelThrough(gateway, { budget, recipe, assignment: UNASSIGNED, calls, cache: { mode: 'off' } });
    try {
      const { score: judge, chosen: onChosen } = measured;
      const { content } = await runWorkflow({ recipe, brief, call, judge, onChosen, brand: this.options.brand });
      const quality = impartialScore(measured.quality(content.body, brief));
      const { timeMs, tokensIn, tokensOut, cost } = usageOf(calls, steadyNow(clock) - startedAt, 0);
      return { run: { quality, tokens: tokensIn + tokensOut, cost, timeMs }, spent: cost };
    } catch (error) {
      if (!(error instanceof StepFailed || error instanceof OutputRefused)) throw error;
      return { run: null, spent: costOf(calls) };
    }
  }
}

type Draft = Pick<Drafted, 'origin' | 'change' | 'refused' | 'cost'>;

type Tried = Pick<EventData<typeof ChangeScreened>, 'pairs' | 'cost'>;

interface Trial {
  readonly run: ScreenedRun | null;
  readonly spent: number;
}

const costOf = (calls: readonly { readonly cost: number }[]): number => calls.reduce((sum, { cost }) => sum + cost, 0);

/** No unit is assigned to what is made for nobody. */
const UNASSIGNED = { recipe: '', holdback: false, exposures: [], withheld: [], improvements: [], ledgerPosition: 0 };
