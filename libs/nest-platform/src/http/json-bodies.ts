import { ContentFlowError, messageOf } from '@contentflow/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { BODY_LIMITS, limitProblem } from './request-limits.ts';

/** A merge patch (RFC 7396) is JSON. */
const JSON_TYPES = ['application/json', 'application/merge-patch+json'];

/**
 * A body of JSON; undefined where there is none.
 * @throws ContentFlowError `invalid-request` for what is no JSON in UTF-8
 */
export type ReadJson = (body: Buffer) => unknown;

/** Reads JSON in UTF-8 within the limits of any body, and says what is wrong with what is neither. No body at all is left to the handler's schema. */
export function readJsonBodies(server: FastifyInstance): ReadJson {
  const parse = server.getDefaultJsonParser('error', 'ignore');
  const read: ReadJson = (body) => {
    if (body.length === 0) return undefined;
    if (!isUtf8(body)) throw unreadable('is not valid UTF-8');
    let read: unknown;
    void parse({} as FastifyRequest, body.toString('utf8'), (error, value) => {
      if (error) throw unreadable(`is not JSON: ${messageOf(error)}`);
      read = value;
    });
    return read;
  };
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser(JSON_TYPES, { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    let value: unknown;
    try {
      value = read(body);
    } catch (error) {
      return done(error as Error);
    }
    done(limitProblem(value, BODY_LIMITS) ?? null, value);
  });
  return read;
}

const unreadable = (problem: string): ContentFlowError =>
  new ContentFlowError('invalid-request', problem, { field: '(body)' });
