import { systemClock, type NewEvent } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openKafkaLog } from './open-kafka-log.ts';
import { type KafkaSecurity, kafkaSecurityOf } from './security.ts';

const script = (name: string): string => fileURLToPath(new URL(`../../../../infra/kafka/${name}`, import.meta.url));

describe('how brokers are spoken to', () => {
  const secrets = { KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' };
  it.each<[string, NodeJS.ProcessEnv, KafkaSecurity]>([
    ['nothing is said', {}, {}],
    ['what is said is empty', { KAFKA_SSL: '', KAFKA_SSL_CA: '', KAFKA_SASL_USERNAME: '' }, {}],
    ['TLS is wanted', { KAFKA_SSL: 'true' }, { ssl: {} }],
    ['it is not', { KAFKA_SSL: 'false' }, {}],
    [
      'there is a password',
      { KAFKA_SSL: '1', ...secrets },
      { ssl: {}, sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' } },
    ],
    [
      'and a mechanism',
      { ...secrets, KAFKA_SASL_MECHANISM: 'PLAIN' },
      { sasl: { mechanism: 'plain', username: 'u', password: 'p' } },
    ],
  ])('where %s', (_, environment, security) => expect(kafkaSecurityOf(environment)).toEqual(security));

  it.each<[NodeJS.ProcessEnv, RegExp]>([
    [{ KAFKA_SSL: 'maybe' }, /KAFKA_SSL.*neither true nor false.*maybe/],
    [{ KAFKA_SSL_CA: '/nowhere/ca.pem' }, /KAFKA_SSL_CA.*cannot be read/],
    [{ KAFKA_SSL_CERT: fileURLToPath(import.meta.url) }, /KAFKA_SSL_CERT.*KAFKA_SSL_KEY/],
    [{ KAFKA_SASL_USERNAME: 'u' }, /KAFKA_SASL_USERNAME.*KAFKA_SASL_PASSWORD/],
    [{ KAFKA_SASL_MECHANISM: 'plain' }, /KAFKA_SASL_USERNAME.*KAFKA_SASL_PASSWORD/],
    [{ ...secrets, KAFKA_SASL_MECHANISM: 'constructor' }, /KAFKA_SASL_MECHANISM.*plain, scram-sha-256, scram-sha-512/],
  ])('%j is refused', (environment, problem) => expect(() => kafkaSecurityOf(environment)).toThrow(problem));
});

if (process.env['KAFKA_BROKERS']) describe('a log on a broker that speaks TLS alone and asks who one is', secured);
else it.skip('a log on a secure broker (skipped: KAFKA_BROKERS is not set)', () => undefined);

function secured(): void {
  const data = mkdtempSync(join(tmpdir(), 'kafka-secure-'));
  let environment: Record<string, string> = {};
  const open = (security: KafkaSecurity, topic: string) =>
    openKafkaLog({
      brokers: [environment['KAFKA_BROKERS'] ?? ''],
      clientId: 'test',
      topics: [{ name: topic, partitions: 1 }],
      clock: systemClock,
      security,
    });

  beforeAll(() => {
    const said = execFileSync(script('up'), ['--secure', '--data', data], { encoding: 'utf8' });
    environment = Object.fromEntries(
      [...said.matchAll(/^(KAFKA_\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
    );
  }, 120_000);
  afterAll(() => {
    execFileSync(script('down'), ['--data', data]);
    rmSync(data, { recursive: true, force: true });
  });

  it.each(['plain', 'scram-sha-512'])(
    'appends, reads and handles by %s',
    async (mechanism) => {
      const topic = `secure-${mechanism}`;
      const log = await open(kafkaSecurityOf({ ...environment, KAFKA_SASL_MECHANISM: mechanism }), topic);
      const seen: string[] = [];
      const group = await log.subscribe({
        group: 'g',
        topics: [topic],
        handle: async ({ id }) => {
          seen.push(id);
          return [];
        },
      });
      const event: NewEvent = {
        id: 'one',
        topic,
        type: 'test.v1',
        source: 'test',
        subject: 's',
        time: 0,
        correlationId: 'one',
        data: {},
      };
      await log.append([event]);
      await until(() => seen.includes('one'));
      const read: string[] = [];
      for await (const batch of log.read({ topic, partition: 0, from: 0, to: 1 }))
        read.push(...batch.map(({ id }) => id));
      expect(read).toEqual(['one']);
      await group.stop();
      await log.close();
    },
    120_000,
  );

  it.each<[string, (setting: Record<string, string>) => NodeJS.ProcessEnv]>([
    ['in clear text', () => ({})],
    ['by no authority that it was told of', (setting) => ({ ...setting, KAFKA_SSL_CA: '', KAFKA_SSL: 'true' })],
    ['by a wrong password', (setting) => ({ ...setting, KAFKA_SASL_PASSWORD: 'wrong' })],
  ])(
    'is not to be had %s, and says so',
    async (_, wrong) => {
      await expect(open(kafkaSecurityOf(wrong(environment)), 'nothing')).rejects.toMatchObject({
        code: 'log-unreachable',
      });
    },
    120_000,
  );
}
