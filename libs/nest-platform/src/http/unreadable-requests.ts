import { ContentFlowError } from '@contentflow/kernel';
import type { FastifyInstance, FastifyReply, FastifyServerOptions } from 'fastify';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Problem, problemOf } from './problem-details.ts';

/** What goes wrong before there is a route, or even a request, leaves as problem details too. */
export const unreadableRequests = {
  frameworkErrors: (error, _request, reply: FastifyReply) => {
    const problem = problemOf(refusalOf(error.code) ?? error);
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
  },
  clientErrorHandler: (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const problem = problemOf(refusalOf(error.code) ?? refused('invalid-request', '(request)', 'is no HTTP request'));
    if (socket.writable) socket.write(bytesOf(problem));
    socket.destroySoon();
  },
  // Node's own refusal has no body.
  http: { requireHostHeader: false },
} satisfies Pick<FastifyServerOptions, 'frameworkErrors' | 'clientErrorHandler'> & { readonly http: object };

/** What Node would answer without a body, or hang up on, leaves as problem details too. */
export function refuseNonRequests(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw: { headers, httpVersion } }, _reply, done) =>
    headers.host === undefined && httpVersion === '1.1'
      ? done(refused('invalid-request', 'Host', 'is missing'))
      : done(),
  );
  app.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const problem = problemOf(refused('expectation-failed', 'Expect', 'knows 100-continue alone'));
    response.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  });
  app.server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    socket.end(
      bytesOf(
        problemOf(refused('method-not-allowed', '(method)', 'CONNECT is not known here')),
        'Allow: GET, HEAD, POST, PUT, PATCH, DELETE\r\n',
      ),
    );
  });
}

function bytesOf(problem: Problem, headers = ''): string {
  const body = JSON.stringify(problem);
  return (
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\n${headers}` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}

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
