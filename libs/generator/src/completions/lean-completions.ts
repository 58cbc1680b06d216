import { type AnswerReply, LeanRoutes, validated } from '@contentflow/nest-platform';
import { Injectable, StreamableFile } from '@nestjs/common';
import { CompletionCalls } from './completion-calls.ts';
import { CompletionErrors } from './completion-errors.ts';
import { completionSchema } from './completion-request.ts';

/** The same chat completions as the controller's, for requests that go past Fastify and Nest. */
@Injectable()
export class LeanCompletions {
  constructor(
    routes: LeanRoutes,
    private readonly calls: CompletionCalls,
    private readonly errors: CompletionErrors,
  ) {
    routes.add({ path: '/v1/chat/completions', answer: (body, reply) => void this.answer(body, reply) });
  }

  private async answer(read: () => unknown, reply: AnswerReply): Promise<void> {
    try {
      const body = read() as object;
      const completion = validated(completionSchema, body);
      const answered = await this.calls.answer(this.calls.freshId(), { completion, body }, reply);
      reply.send(answered instanceof StreamableFile ? answered.getStream() : answered);
    } catch (error) {
      this.errors.answer(error, reply);
    }
  }
}
