/**
 * `node tools/clients/run.mjs [CLIENT…]`: installs each Python client at its pinned version, each in an environment of its own in a temporary
 * folder, runs it on ordinary input against the running gateway, and prints a table; `--write` puts it into docs/clients.md. Needs Python 3.10 or later and a package index.
 */
import { obliging, startAnsweringServer } from '@contentflow/language-models/testing';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

interface Case {
  readonly client: string;
  readonly version: string;
  readonly case: string;
  readonly ok: boolean;
  readonly problem: string | null;
}

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const TABLE = here('../../../docs/clients.md');
const MARK = '<!-- written by tools/clients/run.mjs -->';
const LONGEST_RUN_MS = 300_000;

const wanted = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const folder = mkdtempSync(join(tmpdir(), 'gateway-clients-'));
const upstream = await startAnsweringServer();
upstream.answers(obliging);
const gateway = startGateway();
try {
  const url = await gateway.url;
  const uv = join(folder, 'uv', 'bin', 'uv');
  await run('python3', ['-m', 'venv', join(folder, 'uv')]);
  await run(join(folder, 'uv', 'bin', 'pip'), ['install', '--quiet', 'uv']);
  const results: Case[] = [];
  for (const requirement of requirements()) results.push(...(await triedWith(uv, requirement, `${url}/v1`)));
  const table = tableOf(results);
  process.stdout.write(`${table}\n`);
  for (const { client, case: name, problem } of results)
    if (problem !== null) process.stdout.write(`${client}, ${name}: ${problem}\n`);
  if (process.argv.includes('--write')) write(table);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
} finally {
  await gateway.stop();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
}

function requirements(): string[] {
  const all = readFileSync(here('../requirements.txt'), 'utf8').split('\n').filter(Boolean);
  return all.filter((each) => wanted.length === 0 || wanted.some((name) => each.startsWith(name)));
}

function startGateway(): { readonly url: Promise<string>; stop(): Promise<void> } {
  const config = join(folder, 'contentflow.config.json');
  const provider = {
    name: 'main',
    kind: 'openai-compatible',
    baseUrl: `${upstream.origin}/v1`,
    apiKey: 'none',
    models: ['gpt-4o-mini'],
  };
  writeFileSync(config, JSON.stringify({ providers: [provider] }));
  const main = here('../../../apps/contentflow/bin/contentflow.mjs');
  const child = spawn(
    process.execPath,
    [main, 'start', '--data', join(folder, 'data'), '--port', '0', '--config', config],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const found = /ready at (http:\/\/\S+?)[;\s]/.exec(said)?.[1];
    if (found) resolve(found);
  });
  const ended = once(child, 'close');
  void ended.then(() => reject(new Error(`the gateway ended: ${said}`)));
  url.catch(() => undefined);
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function triedWith(uv: string, requirement: string, url: string): Promise<Case[]> {
  const client = requirement.replace(/[[=].*$/, '');
  const environment = join(folder, client);
  const python = join(environment, 'bin', 'python');
  await run(uv, ['venv', '--quiet', environment]);
  await run(uv, ['pip', 'install', '--quiet', '--python', python, requirement], { maxBuffer: 1e8 });
  const { stdout } = await run(python, [here('../clients.py'), url, 'gpt-4o-mini', client], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    timeout: LONGEST_RUN_MS,
    maxBuffer: 1e8,
  });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"client"'));
  return lines.map((line) => JSON.parse(line) as Case);
}

function tableOf(results: readonly Case[]): string {
  const rows = results.map(
    ({ client, version, case: name, ok }) => `| \`${client}\` | ${version} | ${name} | ${ok ? 'yes' : '**no**'} |`,
  );
  return ['| client | version | what it does | works |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function write(table: string): void {
  const [before = ''] = readFileSync(TABLE, 'utf8').split(MARK);
  writeFileSync(TABLE, `${before}${MARK}\n\n${table}\n`);
}
