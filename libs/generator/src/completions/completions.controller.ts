import { LeanRoutes, valid, withAllDigits } from '@contentflow/nest-platform';
import { Body, Controller, HttpCode, Post, Req, Res, type StreamableFile, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CompletionCalls } from './completion-calls.ts';
import { CompletionErrors } from './completion-errors.ts';
import { type Completion, completionSchema } from './completion-request.ts';
import { leanRoute } from './lean-route.ts';

/** OpenAI's chat completions. */
@Controller('v1/chat/completions')
@UseFilters(CompletionErrors)
export class CompletionsController {
  constructor(
    private readonly calls: CompletionCalls,
    routes: LeanRoutes,
    errors: CompletionErrors,
  ) {
    routes.add(
      leanRoute('/v1/chat/completions', completionSchema, errors, (completion, body, reply) =>
        calls.answer(calls.freshId(), { completion, body }, reply),
      ),
    );
  }

  @Post()
  @HttpCode(200)
  complete(
    @Body(valid(completionSchema)) completion: Completion,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | StreamableFile> {
    return this.calls.answer(
      this.calls.idOf(request),
      { completion, body: withAllDigits(request.body as object) },
      reply,
    );
  }
}
