import { scopes, type Scope, words } from '@contentflow/contracts';
import { ContentFlowError, DAY_MS, HOUR_MS, type NewEvent } from '@contentflow/kernel';
import {
  createdKey,
  isOpen,
  keyIdOf,
  KnownKeys,
  notFound,
  operatorCommand,
  type OperatorCommand,
  PLATFORM,
  type Platform,
  revokedKey,
  rotatedKey,
  SECRET_BYTES,
  shownKey,
  valid,
  type ApiKey,
} from '@contentflow/nest-platform';
import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const createSchema = z.strictObject({
  name: words(100),
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
  expiresInDays: z.number().positive().max(3650).optional(),
  requestsPerMinute: z.number().int().positive().max(1_000_000).optional(),
  usdPerDay: z.number().min(0).max(1_000_000).optional(),
});
const revokeSchema = z.strictObject({ reason: words(2000).default('revoked') }).prefault({});
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
    const word = await this.firstWord(request);
    const wished = { ...wish, scopes: [...new Set<Scope>(wish.scopes)], expiresAt };
    const { event, ...made } = createdKey(wished, randomBytes(SECRET_BYTES), word);
    return this.shownOnce([event], made, reply);
  }

  /** A new key for the same, and the old one opens nothing once its users have had time to take it. */
  @Post(':id/rotate')
  async rotate(
    @Param('id') id: string,
    @Body(valid(rotateSchema)) { overlapHours }: z.output<typeof rotateSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const word = await this.firstWord(request);
    const old = await this.open(id);
    const { events, ...made } = rotatedKey(old, overlapHours * HOUR_MS, randomBytes(SECRET_BYTES), word);
    return this.shownOnce(events, made, reply);
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
    if (isOpen(key, now))
      await this.platform.log.append([revokedKey(id, now, reason, operatorCommand(request, this.platform))]);
    return shownKey((await this.keys.refreshed()).get(id) ?? key, now);
  }

  /** @throws ContentFlowError `conflict` for a word that has made its key before */
  private async firstWord(request: FastifyRequest): Promise<OperatorCommand> {
    const word = operatorCommand(request, this.platform);
    if ((await this.keys.refreshed()).has(keyIdOf(word.id)))
      throw new ContentFlowError('conflict', 'this key has been made, and is shown only once', {
        fix: 'revoke it and make another',
      });
    return word;
  }

  private async shownOnce(
    events: readonly NewEvent[],
    { key, keyId }: { readonly key: string; readonly keyId: string },
    reply: FastifyReply,
  ) {
    await this.platform.log.append([...events]);
    const made = (await this.keys.refreshed()).get(keyId);
    void reply.header('cache-control', 'no-store');
    return { ...shownKey(made as ApiKey, this.platform.clock.now()), key };
  }

  private async open(id: string): Promise<ApiKey> {
    const key = (await this.keys.refreshed()).get(id);
    if (!key) throw notFound('key', id);
    if (isOpen(key, this.platform.clock.now())) return key;
    throw new ContentFlowError('conflict', `the key "${key.name}" opens nothing any more`, { fix: 'make another' });
  }
}
