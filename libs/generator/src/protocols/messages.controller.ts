import type { CountedTokens } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { type AnswerReply, LeanRoutes, type Problem, valid, withAllDigits } from '@contentflow/nest-platform';
import { Body, Catch, Controller, HttpCode, Post, Req, Res, type StreamableFile, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { CompletionCalls } from '../completions/completion-calls.ts';
import { CompletionErrors, type ErrorForm, renamed } from '../completions/completion-errors.ts';
import { leanRoute } from '../completions/lean-route.ts';
import { callMarks } from './call-marks.ts';
import { inChat } from './completion-in.ts';
import { MessageAnswer } from './messages-answer.ts';
import {
  type CountedMessages,
  countedMessagesSchema,
  estimatedTokensOf,
  estimatedTokensOfChat,
  MESSAGES_FIELDS,
  messageInChat,
  type MessagesRequest,
  messagesSchema,
} from './messages-request.ts';
import type { EmitEvent } from './translation.ts';

/** Source: https://docs.anthropic.com/en/api/errors */
const TYPES: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [422, 'invalid_request_error'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

/** The server's own word stays, where it is one of the protocol's: clients heed an overload, whatever its status has become on the way. */
const KNOWN_TYPES: ReadonlySet<unknown> = new Set([...TYPES.values(), 'api_error']);

function said(problem: Problem): object {
  const { status, error } = renamed(problem, MESSAGES_FIELDS);
  const { message, param, code, type: told } = error;
  const type = status >= 500 && KNOWN_TYPES.has(told) ? told : (TYPES.get(status) ?? 'api_error');
  return { type: 'error', error: { type, message, param, code } };
}

const messagesErrors: ErrorForm = { body: said, events: (problem) => [{ document: said(problem), name: 'error' }] };

@Catch()
export class MessagesErrors extends CompletionErrors {
  protected override readonly form = messagesErrors;
}

/** Anthropic's messages. */
@Controller('v1/messages')
@UseFilters(MessagesErrors)
export class MessagesController {
  constructor(
    private readonly calls: CompletionCalls,
    routes: LeanRoutes,
    errors: MessagesErrors,
  ) {
    routes.add(
      leanRoute('/v1/messages', messagesSchema, errors, (request, body, reply) =>
        this.answer(calls.freshId(), request, body, reply),
      ),
    );
  }

  @Post()
  @HttpCode(200)
  create(
    @Body(valid(messagesSchema)) request: MessagesRequest,
    @Req() http: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | StreamableFile> {
    return this.answer(this.calls.idOf(http), request, withAllDigits(http.body as object), reply);
  }

  /** Clients ask it before each turn, to know when to sum up. No model is called: few servers would know. */
  @Post('count_tokens')
  @HttpCode(200)
  count(@Body(valid(countedMessagesSchema)) request: CountedMessages): CountedTokens {
    return { input_tokens: estimatedTokensOf(request), estimated: true };
  }

  private answer(
    id: string,
    request: MessagesRequest,
    asked: object,
    reply: AnswerReply,
  ): Promise<string | StreamableFile> {
    const { completion, body, unsupported } = inChat(request, asked, messageInChat, (each) => callMarks.in(each));
    const native = {
      endpoint: 'messages' as const,
      body: asked as Record<string, unknown>,
      headers: protocolHeaders(reply.raw.req.headers),
      unsupported,
    };
    // Clients show what went in as it stands where the stream begins; its end says what was counted.
    const tokensIn = request.stream ? estimatedTokensOfChat(body) : 0;
    const head = { id: `msg_${id}`, model: request.model, tokensIn };
    const translation = {
      id: head.id,
      begin: (tell: EmitEvent) => new MessageAnswer(head, tell),
      errors: messagesErrors,
    };
    return this.calls.answer(id, { completion, body, native, translation }, reply);
  }
}

/** Which version of the protocol, and which of its trials, the body is written for. */
const protocolHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    ['anthropic-version', 'anthropic-beta'].flatMap((name) => {
      const value = ownValue(headers, name);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
