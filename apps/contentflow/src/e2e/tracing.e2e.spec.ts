import { until } from '@contentflow/kernel/testing';
import { forgetTracing, parseConfiguration } from '@contentflow/nest-platform';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Running, startReal } from '../start/start-real.ts';
import { clientOf } from './testing/client.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';

describe('a trace', () => {
  const exporter = new InMemorySpanExporter();
  const sdk = new NodeSDK({ spanProcessors: [new SimpleSpanProcessor({ exporter })], metricReaders: [] });
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-trace-'));
  let server: MockModelServer;
  let running: Running;
  let url: string;

  beforeAll(async () => {
    sdk.start();
    server = await startMockModelServer();
    const provider = { name: 'mock', kind: 'openai-compatible', baseUrl: server.baseUrl, models: ['mock'] };
    running = await startReal(parseConfiguration({ providers: [provider] }, 'test'), { kind: 'embedded', folder });
    await running.app.listen(0, '127.0.0.1');
    url = await running.app.getUrl();
  });
  afterAll(async () => {
    await running.close();
    await server.close();
    forgetTracing();
    await sdk.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  const named = (name: string | RegExp): ReadableSpan[] =>
    exporter
      .getFinishedSpans()
      .filter((span) => (typeof name === 'string' ? span.name === name : name.test(span.name)));

  it('leads from the request through every event to the model, and on to the measurement', async () => {
    const client = clientOf(() => url);
    const brief = { contentType: 'ad_copy', topic: 'a steel bottle' };
    await until(
      () => client.post('/v1/content', brief, { prefer: 'wait=30' }),
      ({ status }) => status === 200,
    );
    await until(
      async () => named('monitor ContentGenerated'),
      (spans) => spans.length > 0,
    );

    const [request] = named('POST /v1/content');
    const [generation] = named('generate ad_copy');
    const [call] = named('chat mock');
    const [measuring] = named('monitor ContentGenerated');
    const traces = new Set([request, generation, call, measuring].map((span) => span?.spanContext().traceId));
    expect(traces.size).toBe(1);
    expect(generation?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
    expect(call?.parentSpanContext?.spanId).toBe(generation?.spanContext().spanId);
    expect(measuring?.parentSpanContext?.spanId).toBe(generation?.spanContext().spanId);
    expect(call?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'mock',
      'gen_ai.request.model': 'mock',
      'gen_ai.usage.input_tokens': 120,
      'gen_ai.usage.output_tokens': 30,
    });
  });

  it('goes on in the events themselves', async () => {
    const { log } = running.platform;
    const [traceId] = named('POST /v1/content').map((span) => span.spanContext().traceId);
    const types = async (): Promise<string[]> => {
      const seen = new Set<string>();
      for (const [place, to] of Object.entries(await log.ends(['contentflow.content', 'contentflow.measurements']))) {
        const [topic = '', partition] = place.split('/');
        for await (const events of log.read({ topic, partition: Number(partition), from: 0, to }))
          for (const { type, traceparent } of events)
            if (traceparent?.split('-')[1] === traceId) seen.add(type.split('.')[2] ?? '');
      }
      return [...seen].sort();
    };
    // A handler's span ends before what it answers is in the log.
    const all = await until(types, (seen) => seen.length >= 4);
    expect(all).toEqual(['brief-accepted', 'content-generated', 'generation-claimed', 'generation-measured']);
  });

  it("continues the caller's own trace", async () => {
    const traceId = 'a'.repeat(32);
    await clientOf(() => url).post(
      '/v1/content',
      { contentType: 'ad_copy', topic: 'another bottle' },
      {
        traceparent: `00-${traceId}-${'b'.repeat(16)}-01`,
        prefer: 'wait=30',
      },
    );
    await until(
      async () => named('chat mock'),
      (spans) => spans.some((span) => span.spanContext().traceId === traceId),
    );
  });
});
