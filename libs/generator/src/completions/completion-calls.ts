import { CompletionServed, newEvent } from '@contentflow/contracts';
import { ContentFlowError, hash128, parseWithAllDigits } from '@contentflow/kernel';
import {
  asChunk,
  GatewayFailure,
  type GatewayReply,
  type ModelReply,
  ProviderError,
} from '@contentflow/language-models';
import {
  type AnswerReply,
  commandId,
  identityOf,
  MODELS,
  type Models,
  PLATFORM,
  type Platform,
} from '@contentflow/nest-platform';
import { Inject, Injectable, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { ContentService } from '../content.service.ts';
import { ContentUpdates } from '../content-updates.ts';
import type { ChatChunk } from '../protocols/chat.ts';
import type { Translation } from '../protocols/translation.ts';
import { type Answer, Chunks, completionOf, CompletionStream } from './completion-answer.ts';
import { chatErrors, type ErrorForm, problemWithError } from './completion-errors.ts';
import { CompletionRecords } from './completion-records.ts';
import { type CompletionRequest, gatewayRequest, type Listener } from './completion-request.ts';
import { type NamedCall, NamedCalls } from '../uses/named-calls.ts';
import { briefFrom, truncateCompletion, isLimited, RECIPE_PREFIX } from './recipe-completion.ts';
import { EndUsers } from './end-users.ts';
import { TextStream } from './text-stream.ts';

const TIMEOUT_LIMIT_MS = 600_000;

/** What came in over HTTP, whatever its protocol: a chat completion, or what one says of it. */
export interface Incoming extends CompletionRequest {
  /** Of another protocol: puts what is answered into its words. */
  readonly translation?: Translation;
}

/** A request as it came, and the answer it will have. */
interface PendingRequest extends Incoming {
  readonly id: string;
  /** Aborts when whoever asked has gone. */
  readonly signal: AbortSignal;
  readonly reply: AnswerReply;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
  /** Where it says what it is for. */
  readonly named?: NamedCall | undefined;
}

/** What a model answered, also where it says that its text was filtered. */
type ModelAnswer = ModelReply & Pick<GatewayReply, 'simulated'>;

/**
 * The one way of every request for a text, whatever protocol it came in: `contentflow/<content type>` is made by its recipe, any other model
 * is called through the gateway. In between it is a chat completion; at the edge it is in the protocol's words.
 */
@Injectable()
export class CompletionCalls {
  private readonly idPrefix: string;
  private served = 0;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    private readonly content: ContentService,
    private readonly updates: ContentUpdates,
    private readonly records: CompletionRecords,
    private readonly uses: NamedCalls,
    private readonly endUsers: EndUsers,
  ) {
    this.idPrefix = hash128(platform.instance).slice(0, 16);
  }

  /** The name of what will be answered; the same for a repeat of the same request. */
  idOf(request: FastifyRequest): string {
    return commandId(request, this.freshId());
  }

  /** The name of what will be answered, of a request that does not name itself. */
  freshId(): string {
    return `${this.idPrefix}${(++this.served).toString(36)}`;
  }

  async answer(id: string, incoming: Incoming, reply: AnswerReply): Promise<string | StreamableFile> {
    const { budget: keyBudget, keyId } = identityOf(reply.request) ?? {};
    const { user } = incoming.completion;
    const { headers } = reply.raw.req;
    const isRecorded = keyId === undefined || isForRecipe(incoming) || this.uses.isNamed(incoming, headers);
    const caller = user ? await this.endUsers.calledHere(user, isRecorded) : undefined;
    const asked = { ...incoming, keyBudget, keyId, caller };
    // What a recipe makes is of its content type.
    const named = isForRecipe(incoming) ? undefined : this.uses.of(asked, headers);
    const acceptedAt = this.platform.clock.now();
    const pending = { ...asked, id, signal: untilGone(reply), reply, named, acceptedAt };
    void reply.header('x-request-id', id);
    if (!pending.completion.stream) {
      void reply.header('content-type', 'application/json; charset=utf-8');
      return this.whole(pending);
    }
    void reply.header('content-type', 'text/event-stream').header('cache-control', 'no-cache');
    // Of a mere stream the first piece would be waited for.
    return new StreamableFile(await this.stream(pending));
  }

  private async whole(pending: PendingRequest): Promise<string> {
    if (isForRecipe(pending)) return this.said(pending, await this.byRecipe(pending));
    const made = await this.forwarded(pending);
    void pending.reply.headers(made.headers ?? {});
    return this.said(pending, this.answerOf(pending, made), made);
  }

  /** As the server said it, where it said it in the words that were asked for. */
  private async said({ translation, native }: PendingRequest, answer: Answer, made?: ModelAnswer): Promise<string> {
    const isNativeAnswer = made?.verbatim !== undefined && made.endpoint === native?.endpoint;
    if (isNativeAnswer) return made.verbatim;
    refuseMalformedCall(answer);
    if (!translation) return JSON.stringify(completionOf(answer));
    const completion =
      made?.verbatim === undefined ? completionOf(answer) : (parseWithAllDigits(made.verbatim) as object);
    const translated = translation.begin(() => undefined);
    translated.chunk(asChunk(completion));
    const document = translated.whole(answer);
    await translation.keep?.(document);
    return JSON.stringify(document);
  }

  private stream(pending: PendingRequest): Promise<Readable> {
    const { completion, reply, translation } = pending;
    const events = new CompletionStream(
      () => reply.raw.flushHeaders(),
      () => reply.raw.destroy(),
    );
    const translated = translation?.begin((event, name) => events.tell(JSON.stringify(event), name));
    // A text that a recipe makes is found under its completion's name.
    const id = isForRecipe(pending) ? this.content.idOf(pending.id) : pending.id;
    const tell = (json: string): void =>
      translated ? translated.chunk(parseWithAllDigits(json) as ChatChunk) : events.tell(json);
    const chunks = new Chunks({ id, model: completion.model, created: this.seconds() }, tell);
    const wantsUsage = completion.stream_options?.include_usage === true;
    let isVerbatim = false;
    let isCounted = false;
    let isNative = false;
    const listener: Listener = {
      onText: (piece) => chunks.text(piece),
      whenRead: () => events.whenRead(),
      onChunk: (json) => {
        isVerbatim = true;
        isCounted ||= wantsUsage && /"usage"\s*:\s*\{/.test(json);
        tell(json);
      },
      onEvent: (json, name) => {
        isNative = true;
        events.tell(json, name);
      },
      onOpen: (headers) => {
        if (!reply.raw.headersSent) void reply.headers(headers);
        events.begin();
      },
      onComment: (text) => events.comment(text),
    };
    const streamReply = async (): Promise<void> => {
      const answer = await this.streamedAnswer(pending, listener);
      if (!isNative && (translated || !isVerbatim)) refuseMalformedCall(answer);
      if (!isVerbatim && !isNative) chunks.end(answer);
      if (translated && !isNative) {
        const document = translated.whole(answer);
        await translation?.keep?.(document);
        translated.end();
      } else if (!translated && wantsUsage && !isCounted) chunks.usage(answer);
      events.finish(translation ? translation.endMark : '[DONE]');
    };
    streamReply().catch((error: unknown) => this.fail(events, error, translation?.errors ?? chatErrors));
    return events.begun;
  }

  private fail(events: CompletionStream, error: unknown, form: ErrorForm): void {
    events.fail(error, form.events(problemWithError(error)));
  }

  private async streamedAnswer(pending: PendingRequest, listener: Listener): Promise<Answer> {
    if (!isForRecipe(pending)) return this.answerOf(pending, await this.forwarded(pending, listener));
    const text = new TextStream(listener.onText);
    const answer = await this.byRecipe(pending, text);
    text.end(answer.text);
    return answer;
  }

  private async byRecipe(
    { completion, id: commandId, native, reply, caller }: PendingRequest,
    stream?: TextStream,
  ): Promise<Answer> {
    const { model } = completion;
    const brief = briefFrom(completion, native?.unsupported);
    const delivery = caller === undefined ? {} : { caller };
    const step = stream && !isLimited(completion) ? this.content.stepThatIsFinal(brief) : undefined;
    const keyId = identityOf(reply.request)?.keyId;
    const acceptance = { commandId, delivery, keyId, streams: step !== undefined };
    const { contentId } = await this.content.accept(brief, acceptance);
    if (stream && step !== undefined) await this.follow(contentId, step, stream);
    const document = await this.updates.ended(contentId, TIMEOUT_LIMIT_MS);
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
      ...truncateCompletion(completion, content.body, document.truncated ? 'length' : 'stop'),
      tokensIn,
      tokensOut,
      simulated,
    };
  }

  /** Tells the text of the body while it is written; it ends with the content. */
  private async follow(contentId: string, step: string, stream: TextStream): Promise<void> {
    await this.content.one(contentId);
    this.updates.of(contentId).subscribe((event) => stream.on(event, step));
  }

  private async forwarded(pending: PendingRequest, listener?: Listener): Promise<ModelAnswer> {
    const { completion, signal, named } = pending;
    const told = listener && named ? named.heard(listener) : listener;
    await this.records.ready();
    try {
      const made = await this.models.gateway.generate(gatewayRequest(named?.request ?? pending, told), signal);
      await this.record(pending, made.model, made);
      return made;
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      await this.record(pending, completion.model, error);
      const filtered = filteredIn(error);
      if (!filtered) throw error;
      return filtered;
    }
  }

  private async record(pending: PendingRequest, model: string, ended: GatewayReply | GatewayFailure): Promise<void> {
    const { id: completionId, native, named, translation } = pending;
    const calls = ended.calls.map(({ simulated: _simulated, priceUnknown: _unknown, ...call }) => ({
      step: native?.endpoint === 'embeddings' ? 'embedding' : 'completion',
      ...call,
    }));
    const isFailure = ended instanceof GatewayFailure;
    const failure = isFailure ? { failure: ended.failure } : {};
    const simulated = ended.calls.some((call) => call.simulated);
    const data = { completionId, model, calls, simulated, ...failure };
    const time = this.platform.clock.now();
    if (!named) {
      const cause = { id: completionId };
      const served = { ...data, ...callerOf(pending), timeMs: Math.max(0, time - pending.acceptedAt) };
      return this.records.record(newEvent(CompletionServed, { subject: completionId, data: served, time, cause }));
    }
    const reply = isFailure ? ended.detail.reply : ended;
    const translatedId = translation?.id ?? `chatcmpl-${completionId}`;
    const event = await named.record({ ...data, translatedId, ...(reply && { reply }) }, time);
    // Whoever has the answer may say at once what they think of it.
    return this.records.record(event, true);
  }

  private answerOf({ id, completion: { model } }: PendingRequest, made: ModelAnswer): Answer {
    return { ...made, id, model, created: this.seconds() };
  }

  private seconds(): number {
    return Math.floor(this.platform.clock.now() / 1000);
  }
}

/** A completion that says that its text was filtered is an answer in OpenAI's protocol; in the records it is a failure of that class. */
function filteredIn({ detail, calls }: GatewayFailure): ModelAnswer | undefined {
  const last = calls.at(-1);
  if (!detail.reply || !last) return undefined;
  const { tokensIn, tokensOut, simulated } = last;
  return { ...detail.reply, tokensIn, tokensOut, simulated };
}

/**
 * A call of a tool that cannot be read is told by the server's own word for it where its answer leaves as it came. No other protocol has one, and an
 * ordinary end would have a loop of tools take it for the last answer.
 */
function refuseMalformedCall({ finishReason, model }: Answer): void {
  if (finishReason !== 'malformed_call') return;
  const what = `${model} wrote a call of a tool that its server cannot read; asked again it may write another`;
  throw new GatewayFailure(new ProviderError('malformed_reply', what), []);
}

const isForRecipe = ({ completion }: Incoming): boolean => completion.model.startsWith(RECIPE_PREFIX);

/** Whose call it is, as the records have it: the key that was shown, or what the user is called here. */
function callerOf({ reply, caller }: PendingRequest): { readonly caller?: string } {
  const keyId = identityOf(reply.request)?.keyId;
  if (keyId !== undefined) return { caller: `key:${keyId}` };
  return caller === undefined ? {} : { caller: `user:${caller}` };
}

/** Aborts when the connection closes before the answer was sent. */
function untilGone({ raw }: AnswerReply): AbortSignal {
  const controller = new AbortController();
  // Whoever left before this was asked is not told of again.
  if (raw.destroyed) controller.abort();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
