import { BriefAccepted, Topic } from '@contentflow/contracts';
import { openKafkaPlatform } from '@contentflow/nest-platform';
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { builtProgram, cached, root } from '../built-program.ts';
import { Server } from '../faults/servers.ts';
import { type Child, contentflow } from './testing/child.ts';
import type { Json } from './testing/client.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { temporaryFolder } from './testing/temporary.ts';

const { KAFKA_BROKERS: brokers, MONGO_URI: mongo, CONTENTFLOW_REQUIRE_SERVERS: required } = process.env;
const MASTER_KEY = 'the master key of an installation with runbooks';
const ADA = 'ada@example.org';
const COMMENT = 'too many bicycles in it';

/** Until one that hangs is ended; on a busy machine Kafka's own tools take a minute each. */
const COMMAND_WITHIN_MS = 400_000;

interface Ran {
  readonly code: number;
  readonly said: string;
}

/** The page, by its headings: the blocks of commands under each, as they stand there. */
const runbooks = new Map(
  readFileSync(join(root, 'docs/operations.md'), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => [
      section.slice(0, section.indexOf('\n')),
      [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block as string),
    ]),
);

/** What `infra/helm/try-chart.mjs` executes. */
const ON_KUBERNETES = 'Roll back a release';

/** One installation with servers of its own, whose runbooks are followed one after the other. */
class Installation {
  readonly folder = temporaryFolder();
  readonly servers = { kafka: new Server('kafka', this.folder.path), mongo: new Server('mongo', this.folder.path) };
  readonly executed = new Set<string>();
  models!: MockModelServer;
  child!: Child;
  url = '';
  key = '';
  private port = 0;

  async open(): Promise<void> {
    this.models = await startMockModelServer();
    for (const server of Object.values(this.servers)) await server.start();
    const { baseUrl } = this.models;
    const provider = { name: 'mock', kind: 'openai-compatible', baseUrl, apiKey: 'none', models: ['mock'] };
    const settings = { providers: [provider], leaseMs: 2_000, budgets: { perDayUsd: 5 }, access: { keys: 'always' } };
    this.folder.file('contentflow.config.json', JSON.stringify(settings));
    this.tools();
    this.port = await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    this.key = (await this.createKey('operator', 'read,content,feedback,operate,admin')).key;
    await this.start();
  }

  /** The programs that the page names, by the names that it has for them. */
  private tools(): void {
    const bin = join(this.folder.path, 'bin');
    mkdirSync(bin);
    const program = (name: string, command: string): void => {
      writeFileSync(join(bin, name), `#!/bin/sh\nexec ${command} "$@"\n`);
      chmodSync(join(bin, name), 0o755);
    };
    program('contentflow', `"${process.execPath}" --no-warnings "${builtProgram('contentflow')}"`);
    for (const tool of ['kafka-topics', 'kafka-consumer-groups', 'kafka-configs'])
      program(`${tool}.sh`, `"${join(root, 'infra/kafka/tool')}" ${tool}`);
  }

  get environment(): NodeJS.ProcessEnv {
    const { kafka, mongo: documents } = this.servers;
    return {
      ...cached,
      PATH: `${join(this.folder.path, 'bin')}${delimiter}${process.env['PATH']}`,
      HOME: process.env['HOME'],
      KAFKA_BROKERS: kafka.address,
      MONGO_URI: documents.address,
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
      CONTENTFLOW_MASTER_KEY: MASTER_KEY,
      CONTENTFLOW: this.url,
      KEY: this.key,
    };
  }

  async start(): Promise<void> {
    const { CONTENTFLOW: _url, KEY: _key, ...env } = this.environment;
    const how = ['--no-demo', '--engine', 'kafka', '--config', 'contentflow.config.json', '--port', String(this.port)];
    this.child = contentflow(['start', ...how], this.folder.path, env);
    await this.child.url;
  }

  async createKey(name: string, scopes: string): Promise<{ id: string; key: string }> {
    const command = `contentflow keys create --json --name ${name} --scopes ${scopes} --kafka "$KAFKA_BROKERS"`;
    const { said } = await this.bash(command);
    return JSON.parse(said) as { id: string; key: string };
  }

  /** What stands under that heading, as it stands there. @param index  of the block */
  async follow(heading: string, index: number, variables: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const block = runbooks.get(heading)?.[index];
    if (block === undefined) throw new Error(`"${heading}" has no block ${index}`);
    this.executed.add(block);
    return this.bash(block, variables);
  }

  bash(command: string, variables: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const options = { cwd: this.folder.path, env: { ...this.environment, ...variables }, timeout: COMMAND_WITHIN_MS };
    return new Promise((resolve) =>
      execFile('bash', ['--norc', '-euc', command], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? 1);
        resolve({ code, said: code === 0 ? stdout : `${stdout}${stderr}` });
      }),
    );
  }

  async ask(path: string, body?: object, key = this.key): Promise<{ status: number; body: Json }> {
    const answer = await fetch(`${this.url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Json };
  }

  async brief(topic: string): Promise<string> {
    const { status, body } = await this.ask('/v1/content', { contentType: 'ad_copy', topic, cache: 'off' });
    expect([status, body]).toEqual([202, expect.anything()]);
    return String(body['id']);
  }

  async made(topic: string): Promise<string> {
    const id = await this.brief(topic);
    await until(async () => String((await this.ask(`/v1/content/${id}`)).body['status']) === 'generated');
    return id;
  }

  async close(): Promise<void> {
    await this.child?.kill('SIGKILL');
    for (const server of Object.values(this.servers)) await server.kill().catch(() => undefined);
    await this.models?.close();
    this.folder.remove();
  }
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((found) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    }),
  );
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds().catch(() => false))) await pause(200);
}

const parsed = ({ said }: Ran): Json => JSON.parse(said) as Json;
function done(ran: Ran): Ran {
  if (ran.code !== 0) throw new Error(`ended with ${ran.code}: ${ran.said}`);
  return ran;
}

describe('the runbooks, followed one after the other', () => {
  if (!brokers || !mongo) {
    if (required === '1')
      it('has its servers', () => {
        throw new Error('KAFKA_BROKERS or MONGO_URI is not set, and CONTENTFLOW_REQUIRE_SERVERS=1 allows no skip');
      });
    else it.skip('needs KAFKA_BROKERS and MONGO_URI: infra/kafka/up, infra/mongo/up', () => undefined);
    return;
  }
  jest.setTimeout(600_000);
  const installation = new Installation();
  let content: string;
  beforeAll(async () => {
    await installation.open();
    content = await installation.made('a steel bottle');
  }, 240_000);
  afterAll(() => installation.close(), 60_000);

  it('Restart a service: it ends with 0, and follows the log again', async () => {
    const { child } = installation;
    done(await installation.follow('Restart a service', 0, { PID: String(child.pid) }));
    expect((await child.ended).code).toBe(0);
    const restarted = installation.start();
    done(await installation.follow('Restart a service', 1));
    await restarted;
    expect((await installation.ask(`/v1/content/${content}`)).body['status']).toBe('generated');
  });

  it('The broker is away: it says so within three seconds, and goes on when it is back', async () => {
    const { kafka } = installation.servers;
    await kafka.kill();
    let said: Json;
    await until(async () => {
      said = parsed(await installation.follow('The broker is away', 1));
      return String(said['status']) !== 'ok';
    });
    expect(said!['log']).toEqual(expect.anything());
    await kafka.start();
    done(await installation.follow('The broker is away', 0));
    await installation.made('a bottle after the broker');
  });

  it('MongoDB is away: it says so in "documents", and goes on when it is back', async () => {
    const { mongo: documents } = installation.servers;
    await documents.kill();
    await until(async () => {
      const answer = await fetch(`${installation.url}/health/ready`);
      return answer.status === 503 && ((await answer.json()) as Json)['documents'] !== undefined;
    });
    await documents.start();
    done(await installation.follow('MongoDB is away', 0));
    await installation.made('a bottle after MongoDB');
  });

  it('Dead letters: names what was set aside, and ends with 1 where it still cannot be taken in', async () => {
    expect(parsed(done(await installation.follow('Dead letters', 0)))['items']).toEqual([]);
    await strangersEvent(installation);
    await until(async () => {
      const { items } = parsed(await installation.follow('Dead letters', 0)) as unknown as { items: object[] };
      return items.length > 0;
    });
    const replayed = await installation.follow('Dead letters', 1);
    expect(replayed.code).toBe(1);
    await installation.made('a bottle after a dead letter');
  });

  it('A brief that is stuck: is found, is told of, is ended', async () => {
    installation.models.delay(300_000);
    const id = await installation.brief('a bottle that nobody fills');
    await until(async () => (await installation.ask(`/v1/content/${id}`)).body['status'] !== undefined);
    const found = done(await installation.follow('A brief that is stuck', 0, { ID: id }));
    expect(found.said).toContain(id);
    done(await installation.follow('A brief that is stuck', 1, { ID: id }));
    installation.models.delay(0);
    expect(String((await installation.ask(`/v1/content/${id}`)).body['status'])).toBe('failed');
  });

  it('Backup and restore: what was copied is in the other namespace, and its audit finds all as recorded', async () => {
    done(await installation.follow('Backup and restore', 0));
    expect(done(await installation.follow('Backup and restore', 1)).said).toMatch(/all as recorded/);
  });

  it('Rotate a key: old and new hold, the one that is revoked does not', async () => {
    const { id, key } = await installation.createKey('caller', 'read');
    const holds = async (shown: string): Promise<boolean> =>
      (await installation.ask('/v1/content?limit=1', undefined, shown)).status === 200;
    await until(() => holds(key));
    const rotated = done(await installation.follow('Rotate a key', 0, { KEY_ID: id }));
    const young = rotated.said.trim();
    await until(() => holds(young));
    expect(await holds(key)).toBe(true);
    done(await installation.follow('Rotate a key', 1, { KEY_ID: id }));
    await until(async () => !(await holds(key)));
  });

  it('Partitions added later: says how many there are', async () => {
    expect(done(await installation.follow('Partitions added later', 0)).said).toMatch(
      /Topic: \S*content\b.*PartitionCount: 4/,
    );
  });

  it('Forget a person: what is held of them is theirs, and then unreadable', async () => {
    const feedback = { rating: 2, rater: ADA, comment: COMMENT };
    expect((await installation.ask(`/v1/content/${content}/feedback`, feedback)).status).toBeLessThan(300);
    const exported = (): string => readFileSync(join(installation.folder.path, 'theirs.json'), 'utf8');
    await until(async () => {
      await installation.bash('rm -f theirs.json');
      done(await installation.follow('Forget a person', 0, { SUBJECT: ADA }));
      return exported().includes(COMMENT);
    });
    expect(existsSync(join(installation.folder.path, 'theirs.json'))).toBe(true);
    await installation.bash('rm theirs.json');
    const again = await installation.bash(
      `contentflow subject export "$SUBJECT" --kafka "$KAFKA_BROKERS" --mongo "$MONGO_URI"`,
      {
        SUBJECT: ADA,
      },
    );
    expect(again.said).not.toContain(COMMENT);
  });

  it('A consumer that lags: each is named with its lag, documents are made anew while it answers', async () => {
    const groups = done(await installation.follow('A consumer that lags', 0)).said;
    for (const name of ['generator', 'monitor.metrics', 'generator.contents']) expect(groups).toContain(name);
    const lags = done(await installation.follow('A consumer that lags', 1)).said;
    expect(lags).toMatch(/^contentflow_fold_lag_events\{.*\} \d+$/m);
    expect(lags).toMatch(/^contentflow_projection_lag_events\{.*\} \d+$/m);
    done(await installation.follow('A consumer that lags', 2));
  });

  it('Retention: names the topic that was given another one, and takes it back', async () => {
    const { said } = await installation.bash('kafka-topics.sh --bootstrap-server "$KAFKA_BROKERS" --list');
    const topic = said.split('\n').find((name) => /contentflow\S*content$/.test(name)) ?? '';
    const [, takenBack = ''] = runbooks.get('Retention') ?? [];
    done(await installation.bash(takenBack.replace('retention.ms=-1', 'retention.ms=864000000'), { TOPIC: topic }));
    expect(done(await installation.follow('Retention', 0)).said).toContain(topic);
    done(await installation.follow('Retention', 1, { TOPIC: topic }));
    // Nothing is found, and grep says so by its code.
    expect(await installation.follow('Retention', 0)).toEqual({ code: 1, said: '' });
  });

  it('A provider that fails, a budget that is spent: says of each how it stands', async () => {
    expect(done(await installation.follow('A provider that fails', 0)).said).toMatch(/"mock".*breaker/s);
    expect(done(await installation.follow('A budget that is spent', 0)).said).toMatch(/5/);
  });

  it('Raise limits: the policy holds at once', async () => {
    done(await installation.follow('Raise limits', 0));
    expect(JSON.stringify((await installation.ask('/v1/policy')).body)).toContain('"trafficShare":0.5');
  });

  it('has followed every command of the page', () => {
    const left = [...runbooks]
      .filter(([heading]) => heading !== ON_KUBERNETES)
      .flatMap(([, blocks]) => blocks)
      .filter((block) => !installation.executed.has(block));
    expect(left).toEqual([]);
  });
});

/** Something that no release can take in. */
async function strangersEvent({ servers: { kafka, mongo: documents } }: Installation): Promise<void> {
  const platform = await openKafkaPlatform(
    kafka.address.split(','),
    documents.address,
    2_000,
    pino({ level: 'silent' }),
  );
  try {
    const id = 'of-somebody-else';
    const { type } = BriefAccepted;
    const said = { id, subject: id, correlationId: id, time: Date.now(), source: 'somebody', data: null };
    await platform.log.append([{ ...said, type, topic: Topic.content }]);
  } finally {
    await platform.close();
  }
}
