import type { sendUnaryData, Server, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { configurationError, ContentFlowError } from '@contentflow/kernel';
import { readFileSync } from 'node:fs';
import {
  externalScaler,
  type GetMetricsRequest,
  type IsActiveResponse,
  type MetricSpec,
  type MetricValue,
  type ScaledObjectRef,
} from './keda-protocol.ts';

/** Where KEDA asks, and by which certificates the two know each other. */
export interface KedaSettings {
  /** `host:port`. */
  readonly address: string;
  /** Files. Without them only this machine may ask. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientAuthority: string };
}

/** Instances that there shall be. */
export interface DesiredInstances {
  desired(): number;
  onChange(listener: () => void): () => void;
  /** KEDA was told that number. */
  told?(instances: number): void;
}

/** Its value is how many there shall be, its target 1: KEDA's autoscaler asks for value ÷ target. */
const METRIC = 'contentflow-instances';
const TARGET = 1;

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[::1\]):\d+$/;

/** @throws ContentFlowError `configuration` where the variables contradict each other or let anybody ask */
export function kedaSettings(environment: NodeJS.ProcessEnv): KedaSettings | undefined {
  const address = environment['CONTENTFLOW_KEDA_ADDRESS'];
  if (address === undefined) return undefined;
  if (!/^.+:\d{1,5}$/.test(address))
    throw configurationError('CONTENTFLOW_KEDA_ADDRESS', `is no address: "${address}"`, 'write e.g. 0.0.0.0:6000');
  const certificate = environment['CONTENTFLOW_KEDA_TLS_CERT'];
  const key = environment['CONTENTFLOW_KEDA_TLS_KEY'];
  const clientAuthority = environment['CONTENTFLOW_KEDA_TLS_CLIENT_CA'];
  if (certificate && key && clientAuthority) return { address, tls: { certificate, key, clientAuthority } };
  if (certificate ?? key ?? clientAuthority)
    throw configurationError('CONTENTFLOW_KEDA_TLS_CERT', 'is one of three', 'set _CERT, _KEY and _CLIENT_CA');
  if (!LOOPBACK.test(address))
    throw configurationError(
      'CONTENTFLOW_KEDA_ADDRESS',
      `lets anybody ask: "${address}"`,
      'set CONTENTFLOW_KEDA_TLS_CERT, _KEY and _CLIENT_CA, by which KEDA is known',
    );
  return { address };
}

/**
 * KEDA's external scaler: the forecast's decision as a metric, so that KEDA and Kubernetes' autoscaler do the scaling. It is asked each
 * polling interval, and whoever listens by `StreamIsActive` is told as soon as there shall be other instances.
 */
export class KedaScaler {
  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly streams: ReadonlySet<() => void>,
  ) {}

  /** @throws ContentFlowError `keda` where it cannot listen */
  static async listen({ address, tls }: KedaSettings, instances: DesiredInstances): Promise<KedaScaler> {
    const grpc = await import('@grpc/grpc-js');
    // What goes wrong is thrown, and logged by whoever catches it.
    grpc.setLogVerbosity(grpc.logVerbosity.NONE);
    const server = new grpc.Server({ 'grpc.max_receive_message_length': 64 * 1024 });
    const streams = new Set<() => void>();
    const isActive = (): IsActiveResponse => ({ result: instances.desired() > 0 });
    server.addService(externalScaler, {
      IsActive: (_: ServerUnaryCall<ScaledObjectRef, IsActiveResponse>, answer: sendUnaryData<IsActiveResponse>) =>
        answer(null, isActive()),
      StreamIsActive: (call: ServerWritableStream<ScaledObjectRef, IsActiveResponse>) => {
        let told = instances.desired();
        const forget = instances.onChange(() => {
          if (instances.desired() === told) return;
          told = instances.desired();
          call.write(isActive());
        });
        const end = (): void => {
          forget();
          streams.delete(end);
          call.end();
        };
        streams.add(end);
        call.once('cancelled', end);
        call.once('error', end);
        call.write(isActive());
      },
      GetMetricSpec: (_: ServerUnaryCall<ScaledObjectRef, MetricSpec[]>, answer: sendUnaryData<MetricSpec[]>) =>
        answer(null, [{ metricName: METRIC, target: TARGET }]),
      GetMetrics: (call: ServerUnaryCall<GetMetricsRequest, MetricValue[]>, answer: sendUnaryData<MetricValue[]>) => {
        if (call.request.metricName !== METRIC)
          return answer({ code: grpc.status.NOT_FOUND, details: `there is no metric but ${METRIC}` });
        const value = instances.desired();
        answer(null, [{ metricName: METRIC, value }]);
        instances.told?.(value);
      },
    });
    const credentials = tls
      ? grpc.ServerCredentials.createSsl(
          readFileSync(tls.clientAuthority),
          [{ cert_chain: readFileSync(tls.certificate), private_key: readFileSync(tls.key) }],
          true,
        )
      : grpc.ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(address, credentials, (error, bound) =>
        error
          ? reject(new ContentFlowError('keda', `cannot listen at ${address}: ${error.message}`, { cause: error }))
          : resolve(bound),
      ),
    );
    return new KedaScaler(server, port, streams);
  }

  /** Ends streams, lets what is in hand be answered, and listens no more. */
  async close(): Promise<void> {
    for (const end of [...this.streams]) end();
    await new Promise<void>((resolve) => this.server.tryShutdown(() => resolve()));
  }
}
