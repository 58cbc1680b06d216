import { upToCharacters } from '@contentflow/contracts';
import { ContentFlowError } from '@contentflow/kernel';
import { type AnswerReply, LeanRoutes, valid, withAllDigits } from '@contentflow/nest-platform';
import { Body, Controller, HttpCode, Post, Req, Res, type StreamableFile, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CompletionCalls } from '../completions/completion-calls.ts';
import { CompletionErrors } from '../completions/completion-errors.ts';
import { leanRoute } from '../completions/lean-route.ts';
import { RECIPE_PREFIX } from '../completions/recipe-completion.ts';

/** Source: https://platform.openai.com/docs/api-reference/embeddings/create */
const embeddingsSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([
    z.string().min(1),
    z.array(z.string()).min(1),
    z.array(z.number()).min(1),
    z.array(z.array(z.number())).min(1),
  ]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.number().int().positive().nullish(),
  user: upToCharacters(512).nullish(),
});
type EmbeddingsRequest = z.output<typeof embeddingsSchema>;

/** OpenAI's embeddings: passed on to servers that make them, since no other call says the same. */
@Controller('v1/embeddings')
@UseFilters(CompletionErrors)
export class EmbeddingsController {
  constructor(
    private readonly calls: CompletionCalls,
    routes: LeanRoutes,
    errors: CompletionErrors,
  ) {
    routes.add(
      leanRoute('/v1/embeddings', embeddingsSchema, errors, (request, body, reply) =>
        this.answer(calls.freshId(), request, body, reply),
      ),
    );
  }

  @Post()
  @HttpCode(200)
  embed(
    @Body(valid(embeddingsSchema)) request: EmbeddingsRequest,
    @Req() http: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | StreamableFile> {
    return this.answer(this.calls.idOf(http), request, withAllDigits(http.body as object), reply);
  }

  private answer(
    id: string,
    { model, input, user }: EmbeddingsRequest,
    body: object,
    reply: AnswerReply,
  ): Promise<string | StreamableFile> {
    const unsupported = { param: 'model', what: 'embeddings with this model' };
    if (model.startsWith(RECIPE_PREFIX))
      throw new ContentFlowError('invalid-request', 'a recipe makes texts, no embeddings', { field: 'model' });
    const completion = {
      model,
      messages: textsOf(input).map((content) => ({ role: 'user', content })),
      max_tokens: 0,
      ...(user && { user }),
    };
    const native = {
      endpoint: 'embeddings' as const,
      body: body as Record<string, unknown>,
      unsupported,
    };
    return this.calls.answer(id, { completion, body: completion, native }, reply);
  }
}

/** By what it is estimated where nobody counts it: four characters for each token. */
function textsOf(input: EmbeddingsRequest['input']): string[] {
  if (typeof input === 'string') return [input];
  if (input.every((each) => typeof each === 'number')) return ['    '.repeat(input.length)];
  return input.map((each) => (typeof each === 'string' ? each : '    '.repeat(Array.isArray(each) ? each.length : 1)));
}
