import type { CountedInput } from '@contentflow/contracts';
import { ContentFlowError } from '@contentflow/kernel';
import {
  type AnswerReply,
  identityOf,
  LeanRoutes,
  PLATFORM,
  type Platform,
  valid,
  withAllDigits,
} from '@contentflow/nest-platform';
import {
  Body,
  Catch,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  type StreamableFile,
  UseFilters,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { CompletionCalls } from '../completions/completion-calls.ts';
import { CompletionErrors, type ErrorForm, renamed } from '../completions/completion-errors.ts';
import { leanRoute } from '../completions/lean-route.ts';
import { callMarks } from './call-marks.ts';
import { inChat } from './completion-in.ts';
import { inputItemsSchema, pageOf } from './input-items.ts';
import { KeptResponses } from './kept-responses.ts';
import { estimatedTokensOfChat } from './messages-request.ts';
import type { StoredResponse } from './response-store.ts';
import { ResponseAnswer } from './responses-answer.ts';
import {
  type InputItem,
  itemsOf,
  RESPONSES_FIELDS,
  responseInChat,
  type ResponsesRequest,
  responsesSchema,
} from './responses-request.ts';
import { conversationOf, nativeBody, RESPONSE_ID_PREFIX } from './conversation.ts';

/**
 * Inside a stream the error is told twice, since some clients heed a failed response alone (Codex), others an error alone; and it stands twice
 * in the latter: some look for it where the protocol has it, others within `error`.
 */
const responsesErrors: ErrorForm = {
  body: (problem) => renamed(problem, RESPONSES_FIELDS),
  events: (problem) => {
    const { error: told } = renamed(problem, RESPONSES_FIELDS);
    // A number, as some servers have it, is none to clients that know a text alone.
    const error = typeof told.code === 'number' ? { ...told, code: String(told.code) } : told;
    const { code, message } = error;
    const response = { object: 'response', status: 'failed', error: { code, message }, output: [], usage: null };
    return [
      { document: { type: 'response.failed', sequence_number: 0, response }, name: 'response.failed' },
      { document: { ...error, type: 'error', error, sequence_number: 1 }, name: 'error' },
    ];
  },
};

@Catch()
export class ResponsesErrors extends CompletionErrors {
  protected override readonly form = responsesErrors;
}

/** OpenAI's responses. */
@Controller('v1/responses')
@UseFilters(ResponsesErrors)
export class ResponsesController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'clock'>,
    private readonly kept: KeptResponses,
    private readonly calls: CompletionCalls,
    routes: LeanRoutes,
    errors: ResponsesErrors,
  ) {
    routes.add(
      leanRoute('/v1/responses', responsesSchema, errors, (request, body, reply) =>
        this.answer(calls.freshId(), request, body, reply),
      ),
    );
  }

  @Post()
  @HttpCode(200)
  create(
    @Body(valid(responsesSchema)) request: ResponsesRequest,
    @Req() http: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | StreamableFile> {
    return this.answer(this.calls.idOf(http), request, withAllDigits(http.body as object), reply);
  }

  private async answer(
    name: string,
    request: ResponsesRequest,
    asked: object,
    reply: AnswerReply,
  ): Promise<string | StreamableFile> {
    const id = `resp_${RESPONSE_ID_PREFIX}${name}`;
    const asker = reply.request;
    if (request.background && !request.stream) throw unfetched();
    const conversation = await conversationOf(request, this.kept.readableBy(asker));
    const chat = inChat(
      request,
      asked,
      (each) => responseInChat(each, conversation.items),
      (body) => callMarks.in(body),
    );
    const { completion, body, unsupported = conversation.unsupported } = chat;
    const head = { id, created: Math.floor(this.platform.clock.now() / 1000), request };
    const incoming = {
      completion,
      body,
      native: {
        endpoint: 'responses' as const,
        body: nativeBody(asked, conversation),
        unsupported,
      },
      translation: {
        id,
        begin: (tell: (event: object, name?: string) => void) => new ResponseAnswer(head, tell),
        errors: responsesErrors,
        ...(request.store !== false && { keep: (document: object) => this.keep(id, request, document, asker) }),
      },
    };
    return this.calls.answer(name, incoming, reply);
  }

  /** Clients ask it before a turn. No model is called: few servers would know. */
  @Post('input_tokens')
  @HttpCode(200)
  async count(
    @Body(valid(responsesSchema)) request: ResponsesRequest,
    @Req() http: FastifyRequest,
  ): Promise<CountedInput> {
    const { items } = await conversationOf(request, this.kept.readableBy(http));
    const { body } = responseInChat(request, items);
    return { object: 'response.input_tokens', input_tokens: estimatedTokensOfChat(body), estimated: true };
  }

  @Get(':id')
  async one(@Param('id') id: string, @Req() http: FastifyRequest): Promise<object> {
    return (await this.known(id, http)).document;
  }

  @Get(':id/input_items')
  async input(
    @Param('id') id: string,
    @Query(valid(inputItemsSchema)) page: z.output<typeof inputItemsSchema>,
    @Req() http: FastifyRequest,
  ): Promise<object> {
    const { input } = await this.known(id, http);
    return pageOf(
      input.map((item, index) => ({ id: `${id}_in_${index}`, ...item })),
      page,
    );
  }

  @Delete(':id')
  async remove(@Param('id') id: string, @Req() http: FastifyRequest): Promise<object> {
    await this.known(id, http);
    if (!(await this.kept.remove(id))) throw noResponse(id);
    return { id, object: 'response', deleted: true };
  }

  private async known(id: string, http: FastifyRequest): Promise<StoredResponse> {
    const found = await this.kept.readableBy(http).find(id);
    if (!found) throw noResponse(id);
    return found;
  }

  private keep(id: string, request: ResponsesRequest, document: object, asker: object): Promise<void> {
    const previous = request.previous_response_id ?? undefined;
    const keyId = identityOf(asker)?.keyId;
    const response = {
      id,
      at: this.platform.clock.now(),
      input: itemsOf(request),
      document: document as { readonly output: readonly InputItem[] },
      ...(keyId !== undefined && { keyId }),
      ...(previous !== undefined && { previous }),
    };
    return this.kept.keep(response, request.user || undefined);
  }
}

/** It would be made, and paid, where nobody here can ask for it. */
const unfetched = (): ContentFlowError =>
  new ContentFlowError('invalid-request', 'a response in the background cannot be fetched from here', {
    field: 'background',
    fix: 'wait for it, or stream it',
  });

const noResponse = (id: string): ContentFlowError =>
  new ContentFlowError('not-found', `no response with id "${id}" is kept here`, { field: 'response_id' });
