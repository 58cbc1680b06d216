import { instantSchema, pageSchema } from '@contentflow/contracts';
import { ContentFlowError } from '@contentflow/kernel';
import { Body, Controller, Get, HttpCode, HttpException, Param, Post, Query, Res } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { sqliteIdempotencyKeys } from '../adapters/sqlite-idempotency-keys.ts';
import { answerRepeats } from './idempotency.ts';
import { notFound } from './problem-details.ts';
import { ProblemFilter } from './problem-filter.ts';
import { valid } from './validated.ts';

const orderSchema = z.strictObject({
  name: z.string().min(2),
  lines: z.array(z.strictObject({ count: z.number().int() })).default([]),
});
const errors: Record<string, () => unknown> = {
  missing: () => notFound('order', 'x'),
  conflict: () => new ContentFlowError('conflict', 'it is there already'),
  budget: () => new ContentFlowError('budget-exhausted', 'nothing is left'),
  field: () => new ContentFlowError('invalid-request', 'is too long', { field: 'name' }),
  nest: () => new HttpException('not like this', 405),
  bug: () => new TypeError('secret of the house is undefined'),
  ours: () => new ContentFlowError('some-fault', 'secret of the house'),
  nothing: () => undefined,
  stop: () => new ContentFlowError('stopping', 'this process is stopping'),
};

let made = 0;
let isFailing = false;

@Controller()
class Orders {
  @Post('orders')
  @HttpCode(202)
  async order(
    @Body(valid(orderSchema)) order: z.output<typeof orderSchema>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await Promise.resolve();
    if (isFailing) throw new ContentFlowError('overloaded', 'later');
    made++;
    void reply.header('location', `/orders/${made}`);
    return { number: made, ...order };
  }
  @Post('streams')
  stream(@Res({ passthrough: true }) reply: FastifyReply): Readable {
    made++;
    void reply.type('text/event-stream');
    return Readable.from([Buffer.from(`data: ${made}\n\n`), Buffer.from('data: end\n\n')]);
  }
  @Get('orders')
  list(@Query(valid(pageSchema.extend({ since: instantSchema.optional() }))) query: object): object {
    return query;
  }
  @Get('errors/:kind')
  fail(@Param('kind') kind: string): never {
    throw errors[kind]?.();
  }
}

describe('the HTTP side of every service', () => {
  let app: NestFastifyApplication;
  const logged: unknown[] = [];

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [Orders],
    }).compile();
    const adapter = new FastifyAdapter();
    const logger = { warn: () => undefined } as never;
    answerRepeats(adapter.getInstance(), { keys: sqliteIdempotencyKeys(':memory:'), instance: 'test', logger });
    app = module.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
    app.useGlobalFilters(new ProblemFilter({ error: (...reported: unknown[]) => void logged.push(reported) } as never));
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    made = 0;
    isFailing = false;
    logged.length = 0;
  });

  const post = (payload: object, key?: string) =>
    app.inject({
      method: 'POST',
      url: '/orders',
      payload,
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
  const get = (url: string) => app.inject({ method: 'GET', url });

  describe('an error', () => {
    it.each([
      ['missing', 404, 'not-found'],
      ['conflict', 409, 'conflict'],
      ['budget', 402, 'budget-exhausted'],
      ['field', 400, 'invalid-request'],
      ['nest', 405, 'invalid-request'],
    ])('leaves as problem details: %s', async (kind, status, code) => {
      const response = await get(`/errors/${kind}`);
      expect(response.statusCode).toBe(status);
      expect(response.headers['content-type']).toContain('application/problem+json');
      expect(response.json()).toMatchObject({
        type: `urn:contentflow:problem:${code}`,
        status,
        title: expect.any(String),
        detail: expect.any(String),
      });
      expect(logged).toEqual([]);
    });

    it('names its field', async () => {
      expect((await get('/errors/field')).json().errors).toMatchObject([{ field: 'name' }]);
    });

    it.each(['bug', 'nothing'])('that is our fault tells nothing of its inside and is logged: %s', async (kind) => {
      const response = await get(`/errors/${kind}`);
      expect(response.statusCode).toBe(500);
      expect(response.body).not.toContain('secret');
      expect(response.body).not.toContain('.ts');
      expect(logged).toHaveLength(1);
    });

    it('is none in the log where a process merely stops', async () => {
      expect((await get('/errors/stop')).statusCode).toBe(503);
      expect(logged).toEqual([]);
    });

    it('says so where there is no such route, or no such JSON', async () => {
      expect((await get('/nowhere')).json()).toMatchObject({ status: 404, type: 'urn:contentflow:problem:not-found' });
      const broken = await app.inject({
        method: 'POST',
        url: '/orders',
        payload: '{',
        headers: { 'content-type': 'application/json' },
      });
      expect(broken.json()).toMatchObject({ status: 400, type: 'urn:contentflow:problem:invalid-request' });
    });
  });

  describe('a request', () => {
    it('is read by its schema, defaults filled in', async () => {
      expect((await post({ name: 'tea' })).json()).toMatchObject({ name: 'tea', lines: [] });
      expect((await get('/orders?limit=7')).json()).toEqual({ limit: 7 });
      expect((await get('/orders')).json()).toEqual({ limit: 50 });
    });

    it('is refused with every field that is wrong', async () => {
      const response = await post({ name: 't', lines: [{ count: 1 }, { count: 1.5 }], extra: 1 });
      expect(response.statusCode).toBe(400);
      const fields = (response.json().errors as { field: string }[]).map(({ field }) => field);
      expect(fields).toEqual(expect.arrayContaining(['name', 'lines.1.count']));
      expect(response.body).toContain('extra');
      expect(made).toBe(0);
    });

    it.each([
      ['1767614400', 1_767_614_400_000],
      ['1767614400000', 1_767_614_400_000],
      ['2026-01-05T12:00:00Z', 1_767_614_400_000],
    ])('may tell a time as %s', async (text, time) => {
      expect((await get(`/orders?since=${text}`)).json()).toMatchObject({ since: time });
    });

    it.each(['yesterday', '2024-02-30', 'host 1', '99999999999999999999', '9'.repeat(300)])(
      'is refused with a time that is none: %s',
      async (text) => {
        const answer = await get(`/orders?since=${text}`);
        expect({ status: answer.statusCode, errors: answer.json().errors }).toMatchObject({
          status: 400,
          errors: [{ field: 'since' }],
        });
      },
    );
  });

  describe('an Idempotency-Key', () => {
    it('does a request once and answers it twice, alike', async () => {
      const [first, again] = [await post({ name: 'tea' }, 'k1'), await post({ name: 'tea' }, 'k1')];
      expect(made).toBe(1);
      expect([again.statusCode, again.body, again.headers['location']]).toEqual([
        202,
        first.body,
        first.headers['location'],
      ]);
      expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([
        undefined,
        'true',
      ]);
    });

    it('holds also when both come at once', async () => {
      const answers = await Promise.all([post({ name: 'tea' }, 'k2'), post({ name: 'tea' }, 'k2')]);
      expect(made).toBe(1);
      expect(answers[0].body).toBe(answers[1].body);
    });

    it('holds for what is streamed', async () => {
      const stream = () =>
        app.inject({ method: 'POST', url: '/streams', payload: {}, headers: { 'idempotency-key': 'k5' } });
      const [first, again] = [await stream(), await stream()];
      expect([again.body, again.headers['content-type']]).toEqual([first.body, first.headers['content-type']]);
      expect([made, first.body]).toEqual([1, 'data: 1\n\ndata: end\n\n']);
    });

    it('belongs to one request: with another body it is refused', async () => {
      await post({ name: 'tea' }, 'k3');
      const response = await post({ name: 'coffee' }, 'k3');
      expect([response.statusCode, response.json().type]).toEqual([
        422,
        'urn:contentflow:problem:idempotency-conflict',
      ]);
      expect(made).toBe(1);
    });

    it('knows the same body in any order of its keys', async () => {
      const ordered = (lines: object[]) => post({ name: 'tea', lines }, 'k6');
      await ordered([{ count: 1 }]);
      const again = await app.inject({
        method: 'POST',
        url: '/orders',
        headers: { 'idempotency-key': 'k6', 'content-type': 'application/json' },
        payload: ' { "lines": [ {"count": 1.0} ], "name": "t\\u0065a" } ',
      });
      expect([made, again.statusCode, again.headers['idempotency-replayed']]).toEqual([1, 202, 'true']);
      expect((await ordered([{ count: 2 }])).statusCode).toBe(422);
    });

    it('is free again for another body when its request was refused', async () => {
      expect((await post({ name: 'x' }, 'k7')).statusCode).toBe(400);
      expect((await post({ name: 'tea' }, 'k7')).statusCode).toBe(202);
    });

    it('stays with its body when its request failed here: something may have come of it', async () => {
      isFailing = true;
      await post({ name: 'tea' }, 'k8');
      isFailing = false;
      expect((await post({ name: 'coffee' }, 'k8')).statusCode).toBe(422);
    });

    it('is refused with a body that no two can be compared by', async () => {
      const response = await post({ name: 'half \ud800' }, 'k9');
      expect([response.statusCode, response.json().type]).toEqual([400, 'urn:contentflow:problem:invalid-request']);
    });

    it('does not remember a failure: the next try is a try', async () => {
      isFailing = true;
      expect((await post({ name: 'tea' }, 'k4')).statusCode).toBe(503);
      isFailing = false;
      expect((await post({ name: 'tea' }, 'k4')).statusCode).toBe(202);
    });

    it.each(['', ' '])('is refused where it is none, which would count each try: %p', async (key) => {
      const answer = await post({ name: 'tea' }, key);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({
        errors: [{ field: 'Idempotency-Key', problem: expect.stringContaining('is empty') }],
      });
      expect(made).toBe(0);
    });

    it('is needed: without it every request is another', async () => {
      await post({ name: 'tea' });
      await post({ name: 'tea' });
      expect(made).toBe(2);
    });
  });
});
