import { ContentFlowError } from '@contentflow/kernel';
import { type AnswerReply, LeanRoutes, valid, withAllDigits } from '@contentflow/nest-platform';
import { Body, Controller, HttpCode, Post, Req, Res, type StreamableFile, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CompletionCalls } from '../completions/completion-calls.ts';
import { leanRoute } from '../completions/lean-route.ts';
import { RECIPE_PREFIX } from '../completions/recipe-completion.ts';
import { conversationOf, nativeBody } from './conversation.ts';
import { KeptResponses } from './kept-responses.ts';
import { ResponsesErrors } from './responses.controller.ts';
import { type ResponsesRequest, responsesSchema } from './responses-request.ts';

/** OpenAI's summing up of a conversation, sealed: passed on to servers that do it, since who did not seal it cannot read it. */
@Controller('v1/responses/compact')
@UseFilters(ResponsesErrors)
export class CompactionController {
  constructor(
    private readonly kept: KeptResponses,
    private readonly calls: CompletionCalls,
    routes: LeanRoutes,
    errors: ResponsesErrors,
  ) {
    routes.add(
      leanRoute('/v1/responses/compact', responsesSchema, errors, (request, body, reply) =>
        this.answer(calls.freshId(), request, body, reply),
      ),
    );
  }

  @Post()
  @HttpCode(200)
  compact(
    @Body(valid(responsesSchema)) request: ResponsesRequest,
    @Req() http: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | StreamableFile> {
    return this.answer(this.calls.idOf(http), request, withAllDigits(http.body as object), reply);
  }

  private async answer(
    id: string,
    request: ResponsesRequest,
    asked: object,
    reply: AnswerReply,
  ): Promise<string | StreamableFile> {
    const { model, user, instructions } = request;
    if (model.startsWith(RECIPE_PREFIX))
      throw new ContentFlowError('invalid-request', 'a recipe sums up no conversation', { field: 'model' });
    const conversation = await conversationOf(request, this.kept.readableBy(reply.request));
    const content = `${instructions ?? ''}${JSON.stringify(conversation.items)}`;
    // It has no limit of its own; what is summed up is no longer than it was.
    const completion = {
      model,
      messages: [{ role: 'user', content }],
      max_tokens: content.length,
      ...(user && { user }),
    };
    const native = {
      endpoint: 'responses/compact' as const,
      body: nativeBody(asked, conversation),
      unsupported: { param: 'model', what: 'a conversation to be summed up with this model' },
    };
    return this.calls.answer(id, { completion, body: completion, native }, reply);
  }
}
