import { isContentFlowError } from '@contentflow/kernel';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { problemOf, retryAfterS } from './problem-details.ts';

/** Every error leaves as problem details; none of them leaks a stack. */
@Catch()
export class ProblemFilter implements ExceptionFilter<unknown> {
  constructor(private readonly logger: Pick<Logger, 'error'>) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    // A handler of events has a filter of its own.
    if (host.getType() !== 'http') throw error;
    const problem = problemOf(error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // The rest of what is too large is read and thrown away, so that the answer arrives.
    if (problem.status === 413) reply.removeHeader('connection');
    const laterS = retryAfterS(problem.status);
    if (laterS !== undefined) void reply.header('retry-after', laterS);
    if (problem.status >= 500 && !isStop(error)) this.logger.error({ err: error }, 'a request failed');
    return reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
  }
}

/** Every rolling upgrade refuses a few requests so: nothing has failed. */
const isStop = (error: unknown): boolean => isContentFlowError(error) && error.code === 'stopping';
