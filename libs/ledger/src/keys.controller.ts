import { scopes, type Scope } from '@contentflow/contracts';
import { ContentFlowError, DAY_MS, HOUR_MS } from '@contentflow/kernel';
import {
  createdKey,
  isOpen,
  keyIdOf,
  KnownKeys,
  notFound,
  operatorWord,
  PLATFORM,
  type Platform,
  revokedKey,
  SECRET_BYTES,
  shownKey,
  valid,
  type ApiKey,
  type KeyWish,
} from '@contentflow/nest-platform';
import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const createSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
  expiresInDays: z.number().positive().max(3650).optional(),
  requestsPerMinute: z.number().int().positive().max(1_000_000).optional(),
});
const revokeSchema = z.strictObject({ reason: z.string().trim().min(1).max(2000).default('revoked') }).prefault({});
const rotateSchema = z.strictObject({ overlapHours: z.number().min(0).max(720).default(24) }).prefault({});

/** Keys to the API. Each is shown whole once, when it is made. */
@Controller('v1/keys')
export class KeysController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly keys: KnownKeys,
  ) {}

  @Get()
  async list() {
    const now = this.platform.clock.now();
    const all = [...(await this.keys.refreshed()).values()];
    return { items: all.toReversed().map((key) => shownKey(key, now)), next: null };
  }

  @Post()
  async create(
    @Body(valid(createSchema)) { expiresInDays, ...wish }: z.output<typeof createSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const expiresAt = expiresInDays === undefined ? undefined : this.platform.clock.now() + expiresInDays * DAY_MS;
    return this.made({ ...wish, scopes: [...new Set<Scope>(wish.scopes)], expiresAt }, request, reply);
  }

  /** A new key for the same, and the old one opens nothing once its users have had time to take it. */
  @Post(':id/rotate')
  async rotate(
    @Param('id') id: string,
    @Body(valid(rotateSchema)) { overlapHours }: z.output<typeof rotateSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, scopes: opened, expiresAt, requestsPerMinute } = await this.open(id);
    const made = await this.made({ name, scopes: [...opened], expiresAt, requestsPerMinute }, request, reply);
    const from = this.platform.clock.now() + overlapHours * HOUR_MS;
    await this.revokedFrom(id, from, `replaced by ${made.id}`, request);
    return made;
  }

  @Post(':id/revoke')
  async revoke(
    @Param('id') id: string,
    @Body(valid(revokeSchema)) { reason }: z.output<typeof revokeSchema>,
    @Req() request: FastifyRequest,
  ) {
    const key = (await this.keys.refreshed()).get(id);
    if (!key) throw notFound('key', id);
    const now = this.platform.clock.now();
    if (isOpen(key, now)) await this.revokedFrom(id, now, reason, request);
    return shownKey((await this.keys.refreshed()).get(id) ?? key, now);
  }

  private async made(wish: KeyWish, request: FastifyRequest, reply: FastifyReply) {
    const word = operatorWord(request, this.platform);
    if ((await this.keys.refreshed()).has(keyIdOf(word.id)))
      throw new ContentFlowError('conflict', 'this key has been made, and is shown only once', {
        fix: 'revoke it and make another',
      });
    const { key, keyId, event } = createdKey(wish, randomBytes(SECRET_BYTES), word);
    await this.platform.log.append([event]);
    const made = (await this.keys.refreshed()).get(keyId);
    void reply.header('cache-control', 'no-store');
    return { ...shownKey(made as ApiKey, word.at), key };
  }

  private async open(id: string): Promise<ApiKey> {
    const key = (await this.keys.refreshed()).get(id);
    if (!key) throw notFound('key', id);
    if (isOpen(key, this.platform.clock.now())) return key;
    throw new ContentFlowError('conflict', `the key "${key.name}" opens nothing any more`, { fix: 'make another' });
  }

  private async revokedFrom(id: string, from: number, reason: string, request: FastifyRequest): Promise<void> {
    await this.platform.log.append([revokedKey(id, from, reason, operatorWord(request, this.platform))]);
  }
}
