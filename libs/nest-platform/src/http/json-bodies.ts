import { ContentFlowError, messageOf } from '@contentflow/kernel';
import type { FastifyInstance } from 'fastify';
import { BODY_LIMITS, limitProblem } from './request-limits.ts';

/** A merge patch (RFC 7396) is JSON. */
const JSON_TYPES = ['application/json', 'application/merge-patch+json'];

/** Reads JSON in UTF-8 within the limits of any body, and says what is wrong with what is neither. No body at all is left to the handler's schema. */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'ignore');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser(JSON_TYPES, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    } catch {
      return done(unreadable('is not valid UTF-8'));
    }
    void parse(request, text, (error, value) =>
      error
        ? done(unreadable(`is not JSON: ${messageOf(error)}`))
        : done(limitProblem(value, BODY_LIMITS) ?? null, value),
    );
  });
}

const unreadable = (problem: string): ContentFlowError =>
  new ContentFlowError('invalid-request', problem, { field: '(body)' });
