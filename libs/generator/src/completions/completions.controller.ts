import { CompletionServed, type ListedModel, type ListedModels, newEvent } from '@contentflow/contracts';
import { ContentFlowError, hash128 } from '@contentflow/kernel';
import {
  GatewayFailure,
  type GatewayReply,
  type GatewayRequest,
  type ModelReply,
  type VerbatimCompletion,
} from '@contentflow/language-models';
import { commandId, MODELS, type Models, notFound, PLATFORM, type Platform, valid } from '@contentflow/nest-platform';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Req,
  Res,
  StreamableFile,
  UseFilters,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { ContentService } from '../content.service.ts';
import { ContentUpdates } from '../content-updates.ts';
import { type Answer, Chunks, completionOf, CompletionStream } from './completion-answer.ts';
import { CompletionErrors, problemWithError } from './completion-errors.ts';
import { CompletionRecords } from './completion-records.ts';
import { type Completion, completionSchema, gatewayRequest } from './completion-request.ts';
import { briefFrom, cutAsAsked, isLimited, RECIPE_PREFIX } from './recipe-completion.ts';
import { TextAsItComes } from './text-as-it-comes.ts';

const PATIENCE_MS = 600_000;

/** A request as it came, and the answer it will have. */
interface Asked {
  readonly completion: Completion;
  readonly body: object;
  readonly id: string;
  /** Aborts when whoever asked has gone. */
  readonly signal: AbortSignal;
  readonly reply: FastifyReply;
}

/** Whom a streamed answer is told to, as it comes. */
type Listener = Required<Pick<GatewayRequest, 'onText'>> &
  Required<Pick<VerbatimCompletion, 'onChunk' | 'onOpen' | 'onComment'>>;

/** What a model answered, also where it says that its text was filtered. */
type Made = ModelReply & Pick<GatewayReply, 'simulated'>;

/** OpenAI's protocol: `contentflow/<content type>` is made by its recipe, any other model is called through the gateway. */
@Controller('v1')
@UseFilters(CompletionErrors)
export class CompletionsController {
  private readonly idPrefix: string;
  private served = 0;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    private readonly content: ContentService,
    private readonly updates: ContentUpdates,
    private readonly records: CompletionRecords,
  ) {
    this.idPrefix = hash128(platform.instance).slice(0, 16);
  }

  @Get('models')
  list(): ListedModels {
    return { object: 'list', data: this.listed() };
  }

  @Get('models/:id')
  one(@Param('id') id: string): ListedModel {
    const found = this.listed().find((model) => model.id === id);
    if (found) return found;
    // Whatever name is answered for is a model, listed or not.
    if (!id.startsWith(RECIPE_PREFIX) && this.models.gateway.answersFor(id))
      return asListed({ id, owned_by: 'contentflow' });
    throw notFound('model', id);
  }

  /** A name may have a slash in it, which not every client encodes. */
  @Get('models/:owner/:name')
  ofOwner(@Param('owner') owner: string, @Param('name') name: string): ListedModel {
    return this.one(`${owner}/${name}`);
  }

  @Post('chat/completions')
  @HttpCode(200)
  async complete(
    @Body(valid(completionSchema)) completion: Completion,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | StreamableFile> {
    const id = commandId(request, `${this.idPrefix}${(++this.served).toString(36)}`);
    const asked = { completion, body: request.body as object, id, signal: untilGone(reply), reply };
    void reply.header('x-request-id', id);
    if (!completion.stream) {
      void reply.header('content-type', 'application/json; charset=utf-8');
      return this.whole(asked);
    }
    void reply.header('content-type', 'text/event-stream').header('cache-control', 'no-cache');
    // Of a mere stream the first piece would be waited for.
    return new StreamableFile(await this.stream(asked));
  }

  private async whole(asked: Asked): Promise<string> {
    if (isForRecipe(asked)) return JSON.stringify(completionOf(await this.byRecipe(asked)));
    const made = await this.passedOn(asked);
    void asked.reply.headers(made.headers ?? {});
    return made.verbatim ?? JSON.stringify(completionOf(this.answer(asked, made)));
  }

  private stream(asked: Asked): Promise<Readable> {
    const { completion, reply } = asked;
    const events = new CompletionStream(() => reply.raw.flushHeaders());
    // A text that a recipe makes is found under its completion's name.
    const id = isForRecipe(asked) ? this.content.idOf(asked.id) : asked.id;
    const chunks = new Chunks({ id, model: completion.model, created: this.seconds() }, (json) => events.tell(json));
    const wantsUsage = completion.stream_options?.include_usage === true;
    let isVerbatim = false;
    let isCounted = false;
    const listener: Listener = {
      onText: (piece) => chunks.text(piece),
      onChunk: (json) => {
        isVerbatim = true;
        isCounted ||= wantsUsage && /"usage"\s*:\s*\{/.test(json);
        events.tell(json);
      },
      onOpen: (headers) => {
        if (!reply.raw.headersSent) void reply.headers(headers);
        events.begin();
      },
      onComment: (text) => events.comment(text),
    };
    const told = async (): Promise<void> => {
      const answer = await this.streamedAnswer(asked, listener);
      if (!isVerbatim) chunks.end(answer);
      if (wantsUsage && !isCounted) chunks.usage(answer);
      events.finish();
    };
    told().catch((error: unknown) => events.fail(error, JSON.stringify({ error: problemWithError(error).error })));
    return events.begun;
  }

  private async streamedAnswer(asked: Asked, listener: Listener): Promise<Answer> {
    if (!isForRecipe(asked)) return this.answer(asked, await this.passedOn(asked, listener));
    const text = new TextAsItComes(listener.onText);
    const answer = await this.byRecipe(asked, text);
    text.end(answer.text);
    return answer;
  }

  private async byRecipe({ completion, id: commandId }: Asked, told?: TextAsItComes): Promise<Answer> {
    const { model, user } = completion;
    const brief = briefFrom(completion);
    const delivery = user ? { caller: user } : {};
    const step = told && !isLimited(completion) ? this.content.stepThatIsFinal(brief) : undefined;
    const { contentId } = await this.content.accept(brief, { commandId, delivery, streams: step !== undefined });
    if (told && step !== undefined) await this.follow(contentId, step, told);
    const document = await this.updates.ended(contentId, PATIENCE_MS);
    if (document?.status !== 'generated' || !document.content)
      throw new ContentFlowError('overloaded', document?.error?.message ?? 'it was not made in time', {
        fix: `see /v1/content/${contentId}`,
      });
    const { usage, content, simulated } = document;
    const { tokensIn, tokensOut } = usage;
    const created = this.seconds();
    return {
      id: contentId,
      created,
      model,
      ...cutAsAsked(completion, content.body, document.truncated ? 'length' : 'stop'),
      tokensIn,
      tokensOut,
      simulated,
    };
  }

  /** Tells the text of the body while it is written; it ends with the content. */
  private async follow(contentId: string, step: string, told: TextAsItComes): Promise<void> {
    await this.content.one(contentId);
    this.updates.of(contentId).subscribe((event) => told.on(event, step));
  }

  private async passedOn({ completion, body, id, signal }: Asked, listener?: Listener): Promise<Made> {
    const request = gatewayRequest(completion, body, listener);
    try {
      const made = await this.models.gateway.generate(request, signal);
      await this.record(id, made.model, made);
      return made;
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      await this.record(id, completion.model, error);
      const filtered = filteredIn(error);
      if (!filtered) throw error;
      return filtered;
    }
  }

  private record(completionId: string, model: string, { calls, ...outcome }: GatewayReply | GatewayFailure) {
    const plain = calls.map(({ simulated: _simulated, priceUnknown: _unknown, ...call }) => ({
      step: 'completion',
      ...call,
    }));
    const failure = 'failure' in outcome ? { failure: outcome.failure } : {};
    const simulated = calls.some((call) => call.simulated);
    return this.records.record(
      newEvent(CompletionServed, {
        subject: completionId,
        data: { completionId, model, calls: plain, simulated, ...failure },
        time: this.platform.clock.now(),
        cause: { id: completionId },
      }),
    );
  }

  private answer({ id, completion: { model } }: Asked, made: Made): Answer {
    return { ...made, id, model, created: this.seconds() };
  }

  private listed(): ListedModel[] {
    const recipes = this.content
      .contentTypes()
      .map((type) => ({ id: `${RECIPE_PREFIX}${type}`, owned_by: 'contentflow' }));
    const offered = this.models.offered.map(({ name, provider }) => ({ id: name, owned_by: provider }));
    return [...recipes, ...offered.filter(({ id }) => id !== '*')].map(asListed);
  }

  private seconds(): number {
    return Math.floor(this.platform.clock.now() / 1000);
  }
}

const asListed = (model: Pick<ListedModel, 'id' | 'owned_by'>): ListedModel => ({
  ...model,
  object: 'model',
  created: 0,
});

/** A completion that says that its text was filtered is an answer in OpenAI's protocol; in the records it is a failure of that class. */
function filteredIn({ detail, calls }: GatewayFailure): Made | undefined {
  const last = calls.at(-1);
  if (!detail.reply || !last) return undefined;
  const { tokensIn, tokensOut, simulated } = last;
  return { ...detail.reply, tokensIn, tokensOut, simulated };
}

const isForRecipe = ({ completion }: Asked): boolean => completion.model.startsWith(RECIPE_PREFIX);

/** Aborts when the connection closes before the answer was sent. */
function untilGone({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
