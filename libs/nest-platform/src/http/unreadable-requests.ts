import { ContentFlowError } from '@contentflow/kernel';
import type { FastifyReply, FastifyServerOptions } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { problemOf } from './problem-details.ts';

/** What goes wrong before there is a route, or even a request, leaves as problem details too. */
export const unreadableRequests = {
  frameworkErrors: (error, _request, reply: FastifyReply) => {
    const problem = problemOf(refusalOf(error.code) ?? error);
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
  },
  clientErrorHandler: (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const problem = problemOf(refusalOf(error.code) ?? refused('invalid-request', '(request)', 'is no HTTP request'));
    const body = JSON.stringify(problem);
    if (socket.writable)
      socket.write(
        `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    socket.destroySoon();
  },
} satisfies Pick<FastifyServerOptions, 'frameworkErrors' | 'clientErrorHandler'>;

const refused = (code: string, field: string, problem: string): ContentFlowError =>
  new ContentFlowError(code, problem, { field });

function refusalOf(code: string): ContentFlowError | undefined {
  switch (code) {
    case 'FST_ERR_BAD_URL':
      return refused('invalid-request', '(path)', 'is not percent-encoded UTF-8');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return refused('uri-too-long', '(path)', 'names something by more than 1000 characters');
    case 'HPE_HEADER_OVERFLOW':
      return refused('headers-too-large', '(headers)', 'are larger than 16 KB, the path among them');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refused('request-timeout', '(request)', 'took too long to come');
    default:
      return undefined;
  }
}
