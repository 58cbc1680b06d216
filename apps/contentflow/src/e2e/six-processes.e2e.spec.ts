import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { type Child, startChild } from './testing/child.ts';
import { contentEventsOf } from './testing/log-events.ts';
import { startMockModelServer } from './testing/mock-model-server.ts';
import { describeSystem, type System } from './testing/scenario.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

const { KAFKA_BROKERS: brokers, MONGO_URI: mongo, CONTENTFLOW_REQUIRE_SERVERS: required } = process.env;
const services = ['ledger', 'generator', 'monitor', 'optimizer', 'feedback-learner', 'scaler'];

describe('six processes and the entry on Kafka and MongoDB', () => {
  if (!brokers || !mongo) {
    if (required === '1')
      it('has its servers', () => {
        throw new Error('KAFKA_BROKERS or MONGO_URI is not set, and CONTENTFLOW_REQUIRE_SERVERS=1 allows no skip');
      });
    else it.skip('needs KAFKA_BROKERS and MONGO_URI: infra/kafka/up, infra/mongo/up', () => {});
    return;
  }

  describeSystem(async (): Promise<System> => {
    const namespace = randomUUID().slice(0, 8);
    const models = await startMockModelServer();
    const folder = temporaryFolder();
    const config = folder.file('contentflow.config.json', configurationOf(models));
    const ports = await freePorts(services.length);
    const start = (service: string): Child =>
      startChild(
        service,
        [],
        {
          KAFKA_BROKERS: brokers,
          MONGO_URI: mongo,
          CONTENTFLOW_NAMESPACE: namespace,
          CONTENTFLOW_MASTER_KEY: 'a master key of a test that is long enough',
          KAFKAJS_NO_PARTITIONER_WARNING: '1',
          CONTENTFLOW_CONFIG: config,
          PORT: String(ports[services.indexOf(service)]),
        },
        folder.path,
      );
    const running = new Map(services.map((service) => [service, start(service)]));
    const urls = services.map((service, index) => [
      `${service.toUpperCase().replaceAll('-', '_')}_URL`,
      `http://127.0.0.1:${ports[index]}`,
    ]);
    await Promise.all([...running.values()].map((child) => child.url));
    const entry = startChild('entry', [], { ...Object.fromEntries(urls), PORT: '0' }, folder.path);
    const url = await entry.url;
    let stopped: Promise<unknown> | undefined;
    return {
      url,
      models,
      crash: async () => {
        await running.get('generator')?.kill('SIGKILL');
        running.set('generator', start('generator'));
        await running.get('generator')?.url;
      },
      stop: async () => {
        stopped ??= Promise.all([
          entry.kill('SIGTERM'),
          ...[...running.values()].map((child) => child.kill('SIGTERM')),
          models.close(),
        ]);
        await stopped;
        folder.remove();
      },
      eventsOf: (ids) => contentEventsOf({ data: folder.path, kafka: brokers, namespace }, ids),
    };
  });
});

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
