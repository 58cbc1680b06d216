import { until } from '@contentflow/kernel/testing';
import { closeSync, cpSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { contentflow, type Ended } from './child.ts';
import { clientOf, type Client } from './client.ts';
import { startMockModelServer, type MockModelServer } from './mock-model-server.ts';
import { configurationOf, temporaryFolder } from './temporary.ts';

interface Server {
  readonly client: Client;
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** Data folders of one configuration, which servers begin, leave, and find again. */
export class LeftFolders {
  private readonly folder = temporaryFolder();
  /** The file of their configuration. */
  config = '';
  private models: MockModelServer | undefined;

  async open(): Promise<void> {
    this.models = await startMockModelServer();
    this.config = this.folder.file('contentflow.config.json', configurationOf(this.models));
  }

  async close(): Promise<void> {
    await this.models?.close();
    this.folder.remove();
  }

  readonly at = (name: string): string => join(this.folder.path, name);

  /** The folder of this name, as that one is left. */
  copied(from: string, name: string): string {
    cpSync(this.at(from), this.at(name), { recursive: true });
    return this.at(name);
  }

  command(...words: readonly string[]): Promise<Ended> {
    return contentflow(words, this.folder.path).ended;
  }

  async server(data: string, ...more: readonly string[]): Promise<Server> {
    const child = contentflow(this.started(data, ...more), this.folder.path);
    const url = await child.url;
    return { client: clientOf(() => url), end: (signal) => child.kill(signal) };
  }

  /** One that makes a content of this topic, and is left by this signal. */
  async makes(
    data: string,
    topic: string,
    signal: NodeJS.Signals = 'SIGTERM',
    ...more: readonly string[]
  ): Promise<void> {
    const { client, end } = await this.server(data, ...more);
    await made(client, topic);
    await end(signal);
  }

  goesOn(data: string, ...more: readonly string[]): Promise<void> {
    return this.makes(data, 'a bottle after it', 'SIGTERM', ...more);
  }

  /** What a start says, which ends with 2 and one line. */
  async refusal(data: string): Promise<string> {
    const { code, stderr } = await this.command(...this.started(data));
    expect({ code, lines: stderr.trim().split('\n').length, stderr }).toEqual({ code: 2, lines: 1, stderr });
    return stderr;
  }

  doctor(data: string, ...more: readonly string[]): Promise<Ended> {
    return this.command('doctor', '--data', data, '--config', this.config, ...more);
  }

  private started(data: string, ...more: readonly string[]): string[] {
    return ['start', '--data', data, '--port', '0', '--config', this.config, ...more];
  }
}

export async function made(client: Client, topic: string): Promise<void> {
  const { body } = await client.post('/v1/content', { contentType: 'ad_copy', topic });
  await until(
    async () => ((await client.get(`/v1/content/${String(body['id'])}`)).body['status'] as unknown) === 'generated',
  );
}

export const logOf = (data: string): string => join(data, 'log.sqlite');
export const readModelOf = (data: string, service: string): string => join(data, 'read-models', `${service}.sqlite`);

/** All that is made from the log. */
export function forgetDocuments(data: string): void {
  for (const name of ['read-models', 'snapshots', 'idempotency-keys.sqlite'])
    rmSync(join(data, name), { recursive: true, force: true });
}

/** The log with what is still in its write-ahead log. */
export function removeLog(data: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${logOf(data)}${suffix}`, { force: true });
}

/** Where the page in the middle of a file of SQLite's begins, in bytes. */
export const middlePage = (file: string): number => 4096 * Math.floor(statSync(file).size / 8192);

export function overwrite(file: string, place: number, bytes: Buffer): void {
  const open = openSync(file, 'r+');
  writeSync(open, bytes, 0, bytes.length, place);
  closeSync(open);
}

/** Where the log's file says this text first, it says another of the same length from now on. @param by in Latin-1 */
export function changeText(data: string, text: string, by: string): void {
  const bytes = readFileSync(logOf(data));
  const place = bytes.indexOf(text);
  expect(place).toBeGreaterThan(0);
  bytes.write(by, place, 'latin1');
  writeFileSync(logOf(data), bytes);
}

export function runSql(file: string, statement: string): void {
  const database = new DatabaseSync(file);
  database.exec(statement);
  database.close();
}
