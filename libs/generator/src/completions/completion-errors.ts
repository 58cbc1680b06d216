import { type FailureClass, GatewayFailure } from '@contentflow/language-models';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import {
  type AnswerReply,
  PLATFORM,
  type Platform,
  type Problem,
  problemOf,
  retryAfterS,
} from '@contentflow/nest-platform';
import type { FastifyReply } from 'fastify';

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
export const problemWithError = (error: unknown): Problem =>
  error instanceof GatewayFailure ? gatewayProblem(error) : problemOf(error);

function gatewayProblem(error: GatewayFailure): Problem {
  const { failure, message, refusal, detail } = error;
  const [status, type] = answerTo(error);
  const detailText = detail.after === undefined ? message : `${message}; the last: ${detail.after}`;
  const own = { message: detailText, type, code: CODES[failure] ?? failure, param: null };
  return {
    type: `urn:contentflow:problem:${failure.replaceAll('_', '-')}`,
    title: 'The model call failed',
    status,
    detail: detailText,
    // What the server itself finds wrong with the request is its caller's to read; what it says of itself stands behind its name.
    error: refusal ? { ...own, ...definedFields(refusal), ...(status >= 500 && { message: detailText }) } : own,
  };
}

/** The server's own status, where it says what is wrong with the request: a key that it refuses is ours, and so is an address that has moved. */
function answerTo({ failure, detail: { status } }: GatewayFailure): readonly [status: number, type: string] {
  const [own, type] = ANSWERS[failure];
  const isOfRequest = failure === 'bad_request' || failure === 'content_filter' || failure === 'unknown_model';
  if (isOfRequest && status !== undefined && status >= 400 && status < 500) return [status, type];
  if (status !== undefined && status >= 300 && status < 400) return ANSWERS.server_error;
  return failure === 'authentication' && status === 403 ? [403, 'permission_error'] : [own, type];
}

/** Without what it leaves open. */
const definedFields = (refusal: object): object =>
  Object.fromEntries(Object.entries(refusal).filter(([, value]) => value !== null && value !== ''));

/** How a protocol says what went wrong: by an answer, and inside a stream that has begun. */
export interface ErrorForm {
  body(problem: Problem): object;
  /** In the order in which they are told. */
  events(problem: Problem): readonly ErrorEvent[];
}

export interface ErrorEvent {
  readonly document: object;
  readonly name?: string;
}

export const chatErrors: ErrorForm = {
  body: (problem) => problem,
  events: ({ error }) => [{ document: { error } }],
};

/** Every error of a completion leaves so that the protocol's clients raise the class that fits. */
@Catch()
export class CompletionErrors implements ExceptionFilter<unknown> {
  protected readonly form: ErrorForm = chatErrors;

  constructor(@Inject(PLATFORM) private readonly platform: Pick<Platform, 'logger'>) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    return this.answer(error, host.switchToHttp().getResponse<FastifyReply>());
  }

  answer(error: unknown, reply: AnswerReply): unknown {
    const problem = problemWithError(error);
    if (error instanceof GatewayFailure) retryHeaders(reply, error);
    else this.ofOurs(error, problem, reply);
    const body = this.form.body(problem);
    const type = body === problem ? 'application/problem+json' : 'application/json';
    return reply.status(problem.status).header('content-type', type).send(body);
  }

  /** Says when to come again, as any other route does. */
  private ofOurs(error: unknown, { status }: Problem, reply: AnswerReply): void {
    const laterS = retryAfterS(status);
    if (laterS !== undefined) void reply.header('retry-after', String(laterS));
    if (status >= 500) this.platform.logger.error({ err: error }, 'a completion failed');
  }
}

/** The same, about the fields of another protocol. @param names  by the name that a chat completion has for them */
export function renamed(problem: Problem, names: ReadonlyMap<string, string>): Problem {
  const { param } = problem.error;
  if (typeof param !== 'string') return problem;
  const [, field = '', rest = ''] = /^(\w+)(.*)$/s.exec(param) ?? [];
  const name = names.get(field);
  return name === undefined ? problem : { ...problem, error: { ...problem.error, param: `${name}${rest}` } };
}

/**
 * OpenAI's clients heed `x-should-retry`. What was called was tried as often as it makes sense, and what no retry can fix must not be tried
 * again, though its status looks like it.
 */
function retryHeaders(reply: AnswerReply, { failure, retryAfterMs, calls, detail }: GatewayFailure): void {
  void reply.headers(detail.headers ?? {});
  if (retryAfterMs !== undefined) void reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  const isVain = failure === 'budget_exhausted' || failure === 'authentication' || detail.isFinal;
  if (isVain || calls.some(({ attempt }) => attempt > 0)) void reply.header('x-should-retry', 'false');
}
