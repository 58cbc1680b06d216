import { messageOf, resolvedWithin } from '@contentflow/kernel';
import { context, metrics as api, propagation, trace } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { hostname } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startMetering, stopMetering } from '../metrics.ts';
import { codeVersion } from './code-version.ts';

/** What observes this process. */
export interface Telemetry {
  /** The figures now, as Prometheus reads them. */
  figures(): Promise<string>;
  stop(): Promise<void>;
}

/** A process that ends waits no longer for a collector that does not answer. */
const LAST_SENDING_MS = 2000;
/** As OpenTelemetry has it. */
const DEFAULT_INTERVAL_MS = 60_000;

let running: Telemetry | undefined;

/** The telemetry of this process, where it was started. */
export const telemetry = (): Telemetry | undefined => running;

/**
 * Metrics from here on. Where `OTEL_EXPORTER_OTLP_ENDPOINT` says whereto, they are sent there, and traces too. OpenTelemetry's own
 * environment variables set the rest.
 */
export async function startTelemetry(service: string): Promise<Telemetry> {
  if (running) return running;
  const isSent = Boolean(process.env['OTEL_EXPORTER_OTLP_ENDPOINT']);
  // Retries of what cannot be sent keep a process from ending, for longer than its grace by OpenTelemetry's default.
  if (isSent) process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] ??= String(LAST_SENDING_MS);
  const identity = {
    'service.name': `contentflow-${service}`,
    'service.version': codeVersion,
    'service.instance.id': `${hostname()}-${process.pid}`,
  };
  const reader = new PrometheusExporter({ preventServerStart: true });
  const readers = isSent ? [reader, await sendingReader()] : [reader];
  const provider = new MeterProvider({ resource: resourceFromAttributes(identity), readers });
  api.setGlobalMeterProvider(provider);
  startMetering();
  const loop = observeEventLoop();
  observeProcess();
  const traces = isSent ? await startTraces(identity) : undefined;
  const serializer = new PrometheusSerializer(undefined, false, /^service\.(name|instance\.id)$/, false, true);
  running = {
    figures: async () => serializer.serialize((await reader.collect()).resourceMetrics),
    stop: async () => {
      running = undefined;
      stopMetering();
      loop.disable();
      api.disable();
      const ended = Promise.all([provider.shutdown(), traces?.shutdown()]).catch((error: unknown) =>
        console.error(`telemetry: ${messageOf(error)}`),
      );
      await resolvedWithin(ended, LAST_SENDING_MS);
    },
  };
  return running;
}

/** Sends the figures by OTLP over HTTP every so often; loaded only where they are wanted. */
async function sendingReader(): Promise<MetricReader> {
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto');
  const asked = Number(process.env['OTEL_METRIC_EXPORT_INTERVAL']);
  const exportIntervalMillis = asked > 0 ? asked : DEFAULT_INTERVAL_MS;
  const exportTimeoutMillis = Math.min(exportIntervalMillis, DEFAULT_INTERVAL_MS / 2);
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis,
    exportTimeoutMillis,
  });
}

/** Loaded only where traces are wanted: it brings every exporter there is. */
async function startTraces(identity: Record<string, string>): Promise<{ shutdown(): Promise<void> }> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ resource: resourceFromAttributes(identity), metricReaders: [] });
  sdk.start();
  return {
    shutdown: () => {
      forgetTracing();
      return sdk.shutdown();
    },
  };
}

/** Whoever traces next in this process is heard; OpenTelemetry's own shutdown leaves its place taken. */
export function forgetTracing(): void {
  for (const each of [trace, context, propagation]) each.disable();
}

/** Delay of the event loop since the figures were last read, in seconds. */
function observeEventLoop(): { disable(): void } {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const gauge = api.getMeter('contentflow').createObservableGauge('contentflow_event_loop_delay_seconds', {
    description: 'Delay of the event loop since it was last asked',
  });
  gauge.addCallback((observed) => {
    for (const percentile of [50, 99])
      observed.observe(delay.percentile(percentile) / 1e9, { quantile: percentile / 100 });
    observed.observe(delay.max / 1e9, { quantile: 1 });
    delay.reset();
  });
  return delay;
}

/** Memory that this process holds, and time of processors that it has used. */
function observeProcess(): void {
  const meter = api.getMeter('contentflow');
  meter
    .createObservableGauge('contentflow_memory_bytes', { description: 'Held by this process: rss, and heap in use' })
    .addCallback((observed) => {
      const { rss, heapUsed } = process.memoryUsage();
      observed.observe(rss, { kind: 'rss' });
      observed.observe(heapUsed, { kind: 'heap' });
    });
  meter
    .createObservableCounter('contentflow_cpu_seconds', { description: 'Processor time that this process has used' })
    .addCallback((observed) => {
      const { user, system } = process.cpuUsage();
      observed.observe((user + system) / 1e6);
    });
}
