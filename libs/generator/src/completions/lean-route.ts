import { type AnswerReply, type LeanRoute, validated, withAllDigits } from '@contentflow/nest-platform';
import { StreamableFile } from '@nestjs/common';
import type { z } from 'zod';
import type { CompletionErrors } from './completion-errors.ts';

/** What a controller answers with. */
type Answered = string | StreamableFile;

/**
 * The same answers as a controller's POST gives, for requests that go past Fastify and Nest (docs/adr/0033-lean-routes.md).
 * @param create  answers a request that fits its schema, given its body as it came
 */
export function leanRoute<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  errors: Pick<CompletionErrors, 'answer'>,
  create: (request: z.output<Schema>, body: object, reply: AnswerReply) => Answered | Promise<Answered>,
): LeanRoute {
  const answer = async (read: () => unknown, reply: AnswerReply): Promise<void> => {
    try {
      const body = read() as object;
      const answered = await create(validated(schema, body), withAllDigits(body), reply);
      reply.send(answered instanceof StreamableFile ? answered.getStream() : answered);
    } catch (error) {
      errors.answer(error, reply);
    }
  };
  return { path, answer: (read, reply) => void answer(read, reply) };
}
