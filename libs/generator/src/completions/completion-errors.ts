import { type FailureClass, GatewayFailure } from '@contentflow/language-models';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { PLATFORM, type Platform, type Problem, problemOf } from '@contentflow/nest-platform';
import type { FastifyReply } from 'fastify';

/** What OpenAI's clients look at: they choose the class of their error by the status, and show `message`. */
interface ProtocolError {
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
}

/** Status, and `type` in OpenAI's words. What is refused because of the gateway's own set-up is no fault of the caller. */
const ANSWERS: Readonly<Record<FailureClass, readonly [status: number, type: string]>> = {
  bad_request: [400, 'invalid_request_error'],
  content_filter: [400, 'invalid_request_error'],
  unknown_model: [404, 'invalid_request_error'],
  rate_limited: [429, 'rate_limit_error'],
  budget_exhausted: [429, 'insufficient_quota'],
  cancelled: [499, 'cancelled'],
  authentication: [502, 'server_error'],
  server_error: [502, 'server_error'],
  connection: [502, 'server_error'],
  malformed_reply: [502, 'server_error'],
  circuit_open: [503, 'server_error'],
  timeout: [504, 'server_error'],
};
const CODES: Partial<Record<FailureClass, string>> = {
  unknown_model: 'model_not_found',
  budget_exhausted: 'insufficient_quota',
};

/** Problem details as everywhere, with the `error` in it that OpenAI's clients read. */
export function problemWithError(error: unknown): Problem & { readonly error: ProtocolError } {
  if (error instanceof GatewayFailure) return ofGateway(error);
  const problem = problemOf(error);
  const { detail, status, errors } = problem;
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  return { ...problem, error: { message: detail, type, code: null, param: errors?.[0]?.field ?? null } };
}

function ofGateway({ failure, message, refusal }: GatewayFailure): ReturnType<typeof problemWithError> {
  const [status, type] = ANSWERS[failure];
  const own = { message, type, code: CODES[failure] ?? failure, param: null };
  return {
    type: `urn:contentflow:problem:${failure.replaceAll('_', '-')}`,
    title: 'The model call failed',
    status,
    detail: message,
    // What the server itself finds wrong with the request is its caller's to read.
    error: status === 400 && refusal ? { ...own, ...refusal } : own,
  };
}

/** Every error of a completion leaves so that OpenAI's clients raise the class that fits. */
@Catch()
export class CompletionErrors implements ExceptionFilter<unknown> {
  constructor(@Inject(PLATFORM) private readonly platform: Pick<Platform, 'logger'>) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    const problem = problemWithError(error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error instanceof GatewayFailure) retryHeaders(reply, error);
    else if (problem.status >= 500) this.platform.logger.error({ err: error }, 'a completion failed');
    return reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
  }
}

/** What no retry can fix must not be tried again, though its status looks like it: OpenAI's clients heed `x-should-retry`. */
function retryHeaders(reply: FastifyReply, { failure, retryAfterMs }: GatewayFailure): void {
  if (retryAfterMs !== undefined) void reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  if (failure === 'budget_exhausted' || failure === 'authentication') void reply.header('x-should-retry', 'false');
}
