import { until } from '@contentflow/kernel/testing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics } from '../metrics.ts';
import { requestSpan } from '../tracing.ts';
import { startTelemetry, telemetry } from './telemetry.ts';

describe('the telemetry of a process', () => {
  const before = { ...process.env };
  const received: { readonly path: string; readonly body: string }[] = [];
  let collector: Server;

  beforeAll(async () => {
    collector = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        // Names and labels stand in the clear in the binary form too.
        received.push({ path: request.url ?? '', body: Buffer.concat(parts).toString('latin1') });
        response.end();
      });
    });
    await new Promise<void>((listening) => collector.listen(0, '127.0.0.1', listening));
  });
  afterEach(async () => {
    await telemetry()?.stop();
    process.env = { ...before };
  });
  afterAll(() => {
    collector.close();
    collector.closeAllConnections();
  });

  it('sends its figures where it is told to, under the process that they come from, and a last time when it ends', async () => {
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    process.env['OTEL_METRIC_EXPORT_INTERVAL'] = '50';
    const observed = await startTelemetry('tried');
    metrics()?.httpAnswered('GET', '/v1/tried', 200, 0.01);
    const [sent] = await until(
      () => received.filter(({ path, body }) => path === '/v1/metrics' && body.includes('contentflow_http_requests')),
      (found) => found.length > 0,
    );
    for (const name of ['contentflow-tried', 'service.instance.id', '/v1/tried', 'contentflow_memory_bytes'])
      expect(sent?.body).toContain(name);
    expect(await observed.figures()).toMatch(
      /^contentflow_http_requests_total\{.*service_name="contentflow-tried".*service_instance_id="[^"]+"/m,
    );

    metrics()?.httpAnswered('GET', '/v1/last', 200, 0.01);
    await observed.stop();
    expect(received.some(({ body }) => body.includes('/v1/last'))).toBe(true);
  });

  it('sends traces too, again after it was stopped, and none meanwhile', async () => {
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const traced = (name: string): boolean =>
      received.some(({ path, body }) => path === '/v1/traces' && body.includes(name));
    for (const name of ['FIRST', 'SECOND']) {
      const observed = await startTelemetry('tried');
      requestSpan(name, {}).end();
      await observed.stop();
      expect(requestSpan('NOBODY', {}).isRecording()).toBe(false);
    }
    expect(['FIRST', 'SECOND'].map(traced)).toEqual([true, true]);
    expect(traced('NOBODY')).toBe(false);
  });

  it('counts what its callers make up under one name beyond 1,900, and nothing twice', async () => {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    const observed = await startTelemetry('tried');
    for (let i = 0; i < 2100; i++)
      for (const route of [`/v1/${i}`, '/v1/0']) metrics()?.httpAnswered('GET', route, 200, 0);
    const figures = await observed.figures();
    const counts = [...figures.matchAll(/^contentflow_http_requests_total\{.*\} (\d+)$/gm)].map(([, count]) =>
      Number(count),
    );
    expect(counts.length).toBe(1901);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4200);
    expect(figures).toMatch(/^contentflow_http_requests_total\{.*route="\/v1\/0".*\} 2101$/m);
    expect(figures).toMatch(/^contentflow_http_requests_total\{.*overflow="true".*\} 200$/m);
  });

  it('sends nothing where nobody says whereto', async () => {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    const observed = await startTelemetry('tried');
    const count = received.length;
    metrics()?.httpAnswered('GET', '/v1/tried', 200, 0.01);
    expect(await observed.figures()).toContain('contentflow_http_requests_total{');
    await observed.stop();
    expect(received).toHaveLength(count);
  });

  it('ends although the collector is gone', async () => {
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://127.0.0.1:9';
    const observed = await startTelemetry('tried');
    metrics()?.httpAnswered('GET', '/v1/tried', 200, 0.01);
    await observed.stop();
    expect(telemetry()).toBeUndefined();
  });
});
