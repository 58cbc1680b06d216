import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const packed = promisify(gzip);

/** Less is sent as it is: packing would cost more than it spares. */
const PACKED_FROM_BYTES = 1024;
/** Half of what the best level takes, for a few per cent more bytes. */
const LEVEL = 5;

/**
 * What a page asks for again and again is sent packed, and not at all where it has not changed: answers to GET have an entity tag
 * (RFC 9110), and who shows that tag is told 304. Streams and what must not be kept go as they are.
 */
export function spareBytes(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply, payload: unknown) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    if (!/^application\/(\w+\+)?json|^text\/markdown/.test(String(reply.getHeader('content-type')))) return payload;
    if (/no-store/.test(String(reply.getHeader('cache-control')))) return payload;
    const tag = `W/"${createHash('sha1').update(payload).digest('base64url')}"`;
    void reply.headers({
      etag: tag,
      'cache-control': reply.getHeader('cache-control') ?? 'private, no-cache',
      vary: 'accept-encoding, authorization, cookie',
    });
    if (shownTags(request.headers['if-none-match']).includes(tag)) {
      void reply.code(304).removeHeader('content-type');
      return '';
    }
    if (payload.length < PACKED_FROM_BYTES || !/\bgzip\b/.test(String(request.headers['accept-encoding'])))
      return payload;
    const bytes = await packed(payload, { level: LEVEL });
    void reply.headers({ 'content-encoding': 'gzip', 'content-length': bytes.length });
    return bytes;
  });
}

const shownTags = (header: string | undefined): string[] => header?.split(',').map((tag) => tag.trim()) ?? [];
