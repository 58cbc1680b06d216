import { messageOf } from '@contentflow/kernel';
import { metrics as api } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startMetering, stopMetering } from '../metrics.ts';
import { codeVersion } from './code-version.ts';

/** What observes this process. */
export interface Telemetry {
  /** The figures now, as Prometheus reads them. */
  figures(): Promise<string>;
  stop(): Promise<void>;
}

let running: Telemetry | undefined;

/** The telemetry of this process, where it was started. */
export const telemetry = (): Telemetry | undefined => running;

/**
 * Metrics from here on; traces too where `OTEL_EXPORTER_OTLP_ENDPOINT` says whereto. OpenTelemetry's own environment variables set
 * the rest.
 */
export async function startTelemetry(service: string): Promise<Telemetry> {
  if (running) return running;
  const identity = { 'service.name': `contentflow-${service}`, 'service.version': codeVersion };
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ resource: resourceFromAttributes(identity), readers: [reader] });
  api.setGlobalMeterProvider(provider);
  startMetering();
  const loop = observeEventLoop();
  const traces = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ? await startTraces(identity) : undefined;
  const serializer = new PrometheusSerializer(undefined, false, /^service\.name$/, false, true);
  running = {
    figures: async () => serializer.serialize((await reader.collect()).resourceMetrics),
    stop: async () => {
      running = undefined;
      stopMetering();
      loop.disable();
      api.disable();
      await provider.shutdown();
      await traces?.shutdown().catch((error: unknown) => console.error(`telemetry: ${messageOf(error)}`));
    },
  };
  return running;
}

/** Loaded only where traces are wanted: it brings every exporter there is. */
async function startTraces(identity: Record<string, string>): Promise<{ shutdown(): Promise<void> }> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ resource: resourceFromAttributes(identity), metricReaders: [] });
  sdk.start();
  return sdk;
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
