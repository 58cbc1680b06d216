import { type Assignment, type Call, type EventData, newEvent, type Recipe, UseServed } from '@contentflow/contracts';
import { assign, effectiveRecipe, type SystemState } from '@contentflow/decisions';
import { ContentFlowError, type NewEvent, ownValue } from '@contentflow/kernel';
import type { ModelReply, NativeRequest } from '@contentflow/language-models';
import { FoldHost, type HostedFold, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { recipeOfUse, recipeVersion } from '@contentflow/recipes';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type CompletionRequest, type Listener, type Message, textOf } from '../completions/completion-request.ts';
import { assignedCall, isFreeToChange, isListed, PromptOrder } from '../domain/assigned-call.ts';
import { answerIdIn, briefOfCall, namedUse, unitOfCall, USE_HEADER, withoutUse } from '../domain/named-use.ts';
import { MOST_USES, SERVED_USES, type ServedUses, servedUses } from '../domain/served-uses.ts';
import { usageOf } from '../domain/usage.ts';
import { asConfigured } from '../seed-recipes.ts';

/** What its calls came to. */
export interface Outcome {
  readonly completionId: string;
  readonly model: string;
  readonly calls: readonly Call[];
  readonly failure?: Call['outcome'];
  readonly reply?: Pick<ModelReply, 'text' | 'finishReason' | 'verbatim' | 'endpoint'>;
  /** In the words of its caller's protocol, where it was translated. */
  readonly translatedId: string;
  readonly simulated: boolean;
}

type TextQuality = typeof import('@contentflow/text-quality');
type Served = EventData<typeof UseServed>;

/** A call of a named use on its way. */
export class NamedCall {
  private streamedId: string | undefined;

  constructor(
    readonly use: string,
    readonly request: CompletionRequest,
    private readonly about: Pick<Served, 'unit' | 'assignment' | 'acceptedAt'> & { readonly asked: string },
    /** None where the policy has nothing measured. */
    private readonly measures: Promise<Pick<TextQuality, 'measureText'>> | undefined,
  ) {}

  /** The same listener, of whom the call learns what its caller is told that the answer is called. */
  heard(listener: Listener): Listener {
    const learn = (json: string): void => void (this.streamedId ??= answerIdIn(json));
    const isTranslated = this.request.native !== undefined;
    return {
      ...listener,
      onChunk: (json, text) => {
        if (!isTranslated) learn(json);
        listener.onChunk(json, text);
      },
      onEvent: (json, name, text) => {
        learn(json);
        listener.onEvent(json, name, text);
      },
    };
  }

  async record(outcome: Outcome, at: number): Promise<NewEvent<Served>> {
    const { completionId, model, calls, failure, reply, simulated } = outcome;
    const { completion, native } = this.request;
    const { asked, ...about } = this.about;
    const characters = completion.messages.reduce((sum, message) => sum + textOf(message).length, 0);
    const answerId = reply && this.answerIdOf(outcome, reply);
    const answer = reply && (await this.answerOf(reply.text));
    return newEvent(UseServed, {
      subject: completionId,
      data: {
        ...about,
        completionId,
        use: this.use,
        endpoint: endpointOf(native),
        asked: { model: asked, characters },
        model,
        calls: [...calls],
        usage: usageOf(calls, at - about.acceptedAt, 0),
        simulated,
        ...(answerId !== undefined && { answerId }),
        ...(reply && { finishReason: reply.finishReason }),
        ...(failure !== undefined && failure !== 'ok' && { failure }),
        ...(answer && { answer }),
      },
      time: at,
      cause: { id: completionId },
    });
  }

  /** None of calls of tools, nor of vectors; and data that fit a schema are no prose. */
  private async answerOf(text: string): Promise<Served['answer']> {
    if (text === '') return undefined;
    const words = text.match(/\S+/g)?.length ?? 0;
    const { messages, response_format: format } = this.request.completion;
    if (!this.measures || (format && (format.type ?? 'text') !== 'text')) return { words };
    const { measureText } = await this.measures;
    const { score, lower, upper, measures } = measureText(
      briefOfCall(messages.map(asSaid)),
      text.slice(0, MEASURED_CHARACTERS),
    );
    return { words, quality: { score, lower, upper, measures } };
  }

  /** The server's own where its answer leaves as it came. */
  private answerIdOf({ translatedId }: Outcome, { verbatim, endpoint }: NonNullable<Outcome['reply']>) {
    const { native } = this.request;
    if (this.streamedId !== undefined) return this.streamedId;
    const isVerbatim = verbatim !== undefined && endpoint === native?.endpoint;
    return isVerbatim ? answerIdIn(verbatim) : translatedId;
  }
}

/** What is longer is measured by its beginning: measuring holds up whatever else this process does. */
/** What is summed up is of the responses' protocol. */
function endpointOf(native: NativeRequest | undefined): Served['endpoint'] {
  const endpoint = native?.endpoint ?? 'chat/completions';
  return endpoint === 'responses/compact' ? 'responses' : endpoint;
}

const MEASURED_CHARACTERS = 20_000;

const asSaid = (message: Message) => ({ role: message.role, content: textOf(message) });

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What is asked of a call before it is taken for one of a use. */
@Injectable()
export class NamedCalls implements OnModuleInit {
  private hosted: HostedFold<ServedUses> | undefined;
  /** Of this process, read from the log or not. */
  private readonly seen = new Set<string>();

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
    private readonly folds: FoldHost,
  ) {}

  async onModuleInit(): Promise<void> {
    this.hosted = await this.folds.start(SERVED_USES, servedUses);
  }

  /** @throws ContentFlowError `invalid-request` for what is no name */
  isNamed({ body, native }: CompletionRequest, headers: Headers): boolean {
    return namedUse(headers[USE_HEADER], (native?.body ?? body) as Readonly<Record<string, unknown>>) !== undefined;
  }

  /**
   * Undefined where no use is named.
   * @throws ContentFlowError `invalid-request` for what is no name, or one too many
   */
  of(request: CompletionRequest, headers: Headers): NamedCall | undefined {
    const { body, native, completion, caller } = request;
    const use = namedUse(headers[USE_HEADER], (native?.body ?? body) as Readonly<Record<string, unknown>>);
    if (use === undefined) return undefined;
    this.admit(use);
    const unnamed = {
      ...request,
      body: withoutUse(body),
      ...(native && { native: { ...native, body: withoutUse(native.body) } }),
    };
    const unit = unitOfCall(use, caller, completion.messages);
    const acceptedAt = this.platform.clock.now();
    const { call, assignment } = this.assigned(use, unit, unnamed, acceptedAt);
    const isMeasured = ownValue(this.system.current().policy.uses, use)?.measureTexts === true;
    const about = { unit, assignment, acceptedAt, asked: completion.model };
    return new NamedCall(use, call, about, isMeasured ? this.measures() : undefined);
  }

  /** By the recipe of its unit, where the policy has the use experimented with and the call asks for what that is about; else as it came. */
  private assigned(
    use: string,
    unit: string,
    call: CompletionRequest,
    at: number,
  ): { readonly call: CompletionRequest; readonly assignment: Assignment } {
    const system = this.system.current();
    const rules = ownValue(system.policy.uses, use);
    const asked = recipeOfUse(use, rules);
    const generation0 = ownValue(system.generation0, use);
    if (asked) this.say(system, asked, at);
    if (!asked || !rules || !generation0) return { call, assignment: this.asAsked() };
    const order = this.orders.get(use) ?? new PromptOrder();
    if (rules.stablePromptFirst) {
      this.orders.set(use, order);
      order.note(call.completion.messages);
    }
    const { recipe, assignment } = assign(system, use, unit, at);
    const { holdback } = assignment;
    const isAbout = recipeVersion(asked) === recipeVersion(generation0) && call.completion.model === asked.model;
    const base = effectiveRecipe(system, generation0);
    // Who asks for something else counts on the side that its unit is on, so that both sides are asked alike.
    if (!isAbout || !isFreeToChange(call) || !isListed(recipe, base, rules))
      return { call, assignment: { ...this.asAsked(), holdback } };
    return { call: assignedCall(call, recipe, base, order), assignment };
  }

  /** That this is what the policy has the use ask for: once, and again where it says something new. */
  private say(system: SystemState, asked: Recipe, at: number): void {
    const last = ownValue(system.configuredRecipes, asked.contentType)?.recipe;
    if (last && recipeVersion(last) === recipeVersion(asked)) return;
    const event = asConfigured(system, asked, 'the policy', at);
    if (this.said.has(event.id)) return;
    this.said.add(event.id);
    this.platform.log.append([event]).catch((error: unknown) => {
      this.said.delete(event.id);
      this.platform.logger.error({ err: error, use: asked.contentType }, 'a use could not be registered');
    });
  }
  private readonly said = new Set<string>();
  private readonly orders = new Map<string, PromptOrder>();

  /** 50 MiB of tables, which a process that measures nothing does without. */
  private measures(): Promise<TextQuality> {
    this.loaded ??= import('@contentflow/text-quality');
    return this.loaded;
  }
  private loaded: Promise<TextQuality> | undefined;

  private admit(use: string): void {
    const known = ownValue(this.system.current().generation0, use);
    if (known && !known.passedOn) throw refused(`"${use}" is a content type: name the use otherwise`);
    if (known || this.seen.has(use)) return;
    const names = new Set([...this.seen, ...(this.hosted?.parts() ?? []).flatMap((part) => [...part.names])]);
    if (!names.has(use) && names.size >= MOST_USES)
      throw refused(`"${use}" would be one more than ${MOST_USES} uses: a use is a kind of call, as "support-reply"`);
    this.seen.add(use);
  }

  /** By no recipe: nothing was changed about it. */
  private asAsked(): Assignment {
    const { position, instances } = this.system.current();
    const none = { exposures: [], withheld: [], improvements: [] };
    return { recipe: AS_ASKED, holdback: false, ...none, ledgerPosition: position, instances };
  }
}

/** Stands for a recipe's version where none was followed. */
const AS_ASKED = 'as asked';

const refused = (problem: string): ContentFlowError =>
  new ContentFlowError('invalid-request', problem, { field: USE_HEADER });
