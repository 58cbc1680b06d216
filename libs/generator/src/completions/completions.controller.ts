import { CompletionServed, newEvent } from '@contentflow/contracts';
import { ContentFlowError, hash128 } from '@contentflow/kernel';
import { GatewayFailure, type GatewayReply, type GatewayRequest } from '@contentflow/language-models';
import { commandId, MODELS, type Models, notFound, PLATFORM, type Platform, valid } from '@contentflow/nest-platform';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { ContentService } from '../content.service.ts';
import { ContentUpdates } from '../content-updates.ts';
import { type Answer, Chunks, completionOf, CompletionStream } from './completion-answer.ts';
import { CompletionErrors, problemWithError } from './completion-errors.ts';
import { CompletionRecords } from './completion-records.ts';

import { type Completion, completionSchema, gatewayRequest, textOf } from './completion-request.ts';
import { TextAsItComes } from './text-as-it-comes.ts';

const RECIPE_PREFIX = 'contentflow/';
const PATIENCE_MS = 600_000;

/** A request as it came, and the answer it will have. */
interface Asked {
  readonly completion: Completion;
  readonly body: object;
  readonly id: string;
  /** Aborts when whoever asked has gone. */
  readonly signal: AbortSignal;
}

/** Whom a streamed answer is told to, as it comes. */
type Listener = Required<Pick<GatewayRequest, 'onText'>> & { readonly onChunk: (json: string) => void };

interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}

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
  list(): { object: 'list'; data: readonly ListedModel[] } {
    return { object: 'list', data: this.listed() };
  }

  @Get('models/:id')
  one(@Param('id') id: string): ListedModel {
    const found = this.listed().find((model) => model.id === id);
    if (!found) throw notFound('model', id);
    return found;
  }

  @Post('chat/completions')
  @HttpCode(200)
  async complete(
    @Body(valid(completionSchema)) completion: Completion,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Readable> {
    const id = commandId(request, `${this.idPrefix}${(++this.served).toString(36)}`);
    const asked = { completion, body: request.body as object, id, signal: untilGone(reply) };
    void reply.header('x-request-id', id);
    if (!completion.stream) {
      void reply.header('content-type', 'application/json; charset=utf-8');
      return this.whole(asked);
    }
    void reply.header('content-type', 'text/event-stream').header('cache-control', 'no-cache');
    return this.stream(asked);
  }

  private async whole(asked: Asked): Promise<string> {
    if (isForRecipe(asked)) return JSON.stringify(completionOf(await this.byRecipe(asked)));
    const made = await this.passedOn(asked);
    return made.verbatim ?? JSON.stringify(completionOf(this.answer(asked, made)));
  }

  private stream(asked: Asked): Promise<Readable> {
    const { id, completion } = asked;
    const events = new CompletionStream();
    const chunks = new Chunks({ id, model: completion.model, created: this.seconds() }, (json) => events.tell(json));
    let isVerbatim = false;
    const onChunk = (json: string): void => {
      isVerbatim = true;
      events.tell(json);
    };
    const told = async (): Promise<void> => {
      const answer = await this.streamedAnswer(asked, { onText: (piece) => chunks.text(piece), onChunk });
      if (!isVerbatim) chunks.end(answer, completion.stream_options?.include_usage === true);
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

  /** The last thing the user said is the topic; what was said before is reference material. */
  private async byRecipe(
    { completion: { model, messages, user }, id: commandId }: Asked,
    told?: TextAsItComes,
  ): Promise<Answer> {
    const asked = messages.findLast(({ role }) => role === 'user');
    const before = messages.filter((each) => each !== asked && textOf(each) !== '');
    const reference = before.map((each) => `${each.role}: ${textOf(each)}`).join('\n');
    const brief = {
      contentType: model.slice(RECIPE_PREFIX.length),
      topic: asked ? textOf(asked) : '',
      ...(reference ? { reference } : {}),
    };
    const delivery = user ? { caller: user } : {};
    const step = told && this.content.stepThatIsFinal(brief);
    const { contentId } = await this.content.accept(brief, { commandId, delivery, streams: step !== undefined });
    if (told && step !== undefined) await this.follow(contentId, step, told);
    const document = await this.updates.ended(contentId, PATIENCE_MS);
    if (document?.status !== 'generated' || !document.content)
      throw new ContentFlowError('overloaded', document?.error?.message ?? 'it was not made in time', {
        fix: `see /v1/content/${contentId}`,
      });
    const { usage, content, simulated } = document;
    const { tokensIn, tokensOut } = usage;
    const text = content.body;
    return {
      id: contentId,
      created: this.seconds(),
      model,
      text,
      finishReason: 'stop',
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

  private async passedOn({ completion, body, id, signal }: Asked, listener?: Listener): Promise<GatewayReply> {
    const request = gatewayRequest(completion, body, listener);
    try {
      const made = await this.models.gateway.generate(request, signal);
      await this.record(id, made.model, made);
      return made;
    } catch (error) {
      if (error instanceof GatewayFailure) await this.record(id, completion.model, error);
      throw error;
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

  private answer({ id, completion: { model } }: Asked, made: GatewayReply): Answer {
    return { ...made, id, model, created: this.seconds() };
  }

  private listed(): ListedModel[] {
    const recipes = this.content
      .contentTypes()
      .map((type) => ({ id: `${RECIPE_PREFIX}${type}`, owned_by: 'contentflow' }));
    const offered = this.models.offered.map(({ name, provider }) => ({ id: name, owned_by: provider }));
    return [...recipes, ...offered].map((model) => ({ ...model, object: 'model', created: 0 }));
  }

  private seconds(): number {
    return Math.floor(this.platform.clock.now() / 1000);
  }
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
