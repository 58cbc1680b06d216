import { repeatedKeyIn } from '@contentflow/input-files';
import { ContentFlowError, hasManyDigits, messageOf, parseWithAllDigits } from '@contentflow/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { OTHERS } from './known-queries.ts';
import { BODY_LIMITS, limitProblem, MAX_BODY_BYTES } from './request-limits.ts';

const JSON_NAME = 'application/json';
/**
 * JSON under its name, or as a merge patch (RFC 7396) and others have it; and the `text/plain` that `fetch` gives to any text. No page elsewhere
 * gains by it: whose page asks is looked at before.
 */
const JSON_TYPES = [JSON_NAME, /^(application\/[\w.-]+\+json|text\/(json|plain))(;|$)/i];

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
    const text = body.toString('utf8').replace(BYTE_ORDER_MARK, '');
    let read: unknown;
    void parse({} as FastifyRequest, text, (error, value) => {
      if (error) throw notTaken(text) ?? unreadable(`is not JSON: ${messageOf(error)}`);
      read = value;
    });
    if (hasManyDigits(text) && typeof read === 'object' && read !== null) textsOf.set(read, text);
    return read;
  };
  const finish = (url: string, body: Buffer, done: Done): void => {
    let value: unknown;
    try {
      value = read(body);
      if (!OTHERS.test(url)) refuseRepeatedKey(body);
    } catch (error) {
      return done(error as Error);
    }
    done(limitProblem(value, BODY_LIMITS) ?? null, value);
  };
  // Sent without a name, as by some clients of HTTP, or under two that a proxy joined: that it is JSON shows by itself.
  server.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    const type = headers['content-type'];
    if (isUnnamed(headers)) headers['content-type'] = JSON_NAME;
    else if (type?.includes(',')) headers['content-type'] = type.slice(0, type.indexOf(','));
    done();
  });
  server.removeAllContentTypeParsers();
  for (const type of JSON_TYPES)
    server.addContentTypeParser(
      type,
      { parseAs: 'buffer' },
      ({ headers, routeOptions: { url = '' } }, body: Buffer, done) => {
        const coding = headers['content-encoding'];
        if (coding === undefined) return finish(url, body, done);
        unpack(coding, body, (error, plain) => (error ? done(error) : finish(url, plain, done)));
      },
    );
  return read;
}

const BYTE_ORDER_MARK = /^\uFEFF/;

/** JSON that is refused for a key that would change what it is read into. */
function notTaken(text: string): ContentFlowError | undefined {
  const path = forbiddenPath(text);
  if (path === undefined) return undefined;
  return new ContentFlowError('invalid-request', 'is a key that is not taken anywhere', {
    field: path.slice(0, LONGEST_FIELD),
    fix: 'leave it out, or give it another name',
  });
}
const LONGEST_FIELD = 200;
const FORBIDDEN = '__proto__';

/** Where that key stands; undefined where it does not, or what stands there is no JSON. */
function forbiddenPath(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const left: (readonly [path: string, value: unknown])[] = [['', value]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [path, at] = next;
    if (typeof at !== 'object' || at === null) continue;
    for (const [name, inside] of Object.entries(at)) {
      const place = path === '' ? name : `${path}.${name}`;
      if (name === FORBIDDEN) return place;
      left.push([place, inside]);
    }
  }
  return undefined;
}

const textsOf = new WeakMap<object, string>();

/** A body as it was read, but for integers that JavaScript's numbers do not have: they are written as they came, seeds of 64 bits among them. */
export function withAllDigits(body: object): object {
  const text = textsOf.get(body);
  if (text === undefined) return body;
  const whole = parseWithAllDigits(text) as object;
  ofAllDigits.add(whole);
  return whole;
}

const ofAllDigits = new WeakSet<object>();

/** Whether it is a body that was read so, and has what numbers of JavaScript do not. */
export const hasAllDigits = (body: object): boolean => ofAllDigits.has(body);

/** Whether there is a body that nothing says the kind of. */
const isUnnamed = (headers: IncomingHttpHeaders): boolean =>
  (headers['content-type'] ?? '').trim() === '' &&
  (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);

type Done = (error: Error | null, value?: unknown) => void;
type Unpack = (
  body: Buffer,
  options: { readonly maxOutputLength: number },
  done: (error: Error | null, plain: Buffer) => void,
) => void;
const CODINGS = new Map<string, Unpack>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', brotliDecompress],
  ['zstd', zstdDecompress],
  ['identity', (body, _options, done) => done(null, body)],
]);

/** However small it was packed, it may be no larger than any body. */
function unpack(coding: string, body: Buffer, done: (error: Error | null, plain: Buffer) => void): void {
  const unpacked = CODINGS.get(coding.trim().toLowerCase());
  if (!unpacked) return done(unknownCoding(coding), body);
  unpacked(body, { maxOutputLength: MAX_BODY_BYTES }, (error, plain) => {
    if (!error) return done(null, plain);
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    done(isTooLarge ? tooLarge() : unreadable(`is not packed as it says: ${coding}`), plain);
  });
}

const tooLarge = (): ContentFlowError =>
  new ContentFlowError('too-large', 'is larger than 16 MB', { field: '(body)', fix: 'send it in parts' });
const unknownCoding = (coding: string): ContentFlowError =>
  new ContentFlowError('unsupported-media-type', `"${coding}" is not read here`, {
    field: 'Content-Encoding',
    fix: `send ${[...CODINGS.keys()].join(', ')} or nothing`,
  });

/** What is said under a name that comes twice would be lost, but for its last word. */
function refuseRepeatedKey(body: Buffer): void {
  const repeated = repeatedKeyIn(body.toString('utf8'));
  if (repeated) throw new ContentFlowError('invalid-request', 'is said twice', { field: repeated.path.slice(0, 200) });
}

const unreadable = (problem: string): ContentFlowError =>
  new ContentFlowError('invalid-request', problem, { field: '(body)' });
