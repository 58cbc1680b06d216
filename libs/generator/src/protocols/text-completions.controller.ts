import {
  type AnswerReply,
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
  HttpCode,
  Inject,
  Post,
  Req,
  Res,
  type StreamableFile,
  UseFilters,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CompletionCalls } from '../completions/completion-calls.ts';
import { CompletionErrors, type ErrorForm, renamed } from '../completions/completion-errors.ts';
import { leanRoute } from '../completions/lean-route.ts';
import { inChat } from './completion-in.ts';
import { TEXT_FIELDS, TextAnswer, type TextCompletion, textCompletionSchema, textInChat } from './text-completions.ts';
import type { EmitEvent } from './translation.ts';

const textErrors: ErrorForm = {
  body: (problem) => renamed(problem, TEXT_FIELDS),
  events: (problem) => [{ document: { error: renamed(problem, TEXT_FIELDS).error } }],
};

@Catch()
export class TextErrors extends CompletionErrors {
  protected override readonly form = textErrors;
}

/** OpenAI's completions of a text. */
@Controller('v1/completions')
@UseFilters(TextErrors)
export class TextCompletionsController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'clock'>,
    private readonly calls: CompletionCalls,
    routes: LeanRoutes,
    errors: TextErrors,
  ) {
    routes.add(
      leanRoute('/v1/completions', textCompletionSchema, errors, (request, body, reply) =>
        this.answer(calls.freshId(), request, body, reply),
      ),
    );
  }

  @Post()
  @HttpCode(200)
  complete(
    @Body(valid(textCompletionSchema)) request: TextCompletion,
    @Req() http: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | StreamableFile> {
    return this.answer(this.calls.idOf(http), request, withAllDigits(http.body as object), reply);
  }

  private answer(
    id: string,
    request: TextCompletion,
    asked: object,
    reply: AnswerReply,
  ): Promise<string | StreamableFile> {
    const { unsupported, ...chat } = inChat(request, asked, textInChat);
    const head = { id: `cmpl-${id}`, created: Math.floor(this.platform.clock.now() / 1000), request };
    const native = {
      endpoint: 'completions' as const,
      body: asked as Record<string, unknown>,
      unsupported,
    };
    const translation = {
      id: head.id,
      begin: (tell: EmitEvent) => new TextAnswer(head, tell),
      errors: textErrors,
      endMark: '[DONE]',
    };
    return this.calls.answer(id, { ...chat, native, translation }, reply);
  }
}
