/**
 * `node tools/bench-start.mjs --base DIR [--runs 10] [--only help,start,history,memory] [--history DATA [--settle SECONDS]]`: how this checkout starts, against another one (installed, at an earlier commit) in the same
 * run, both taking turns. Medians, and the ratio of ours to theirs: docs/benchmarks.md
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { builtMain } from './build/builds.mjs';
import { node24, root } from './node24.mjs';

const CALLS = 20_000;
const CONCURRENCY = 64;
/** As the images before there were builds. */
const generatorFromSource = {
  args: ['--max-semi-space-size=8', '--no-warnings', '--import', './tools/register.mjs', 'apps/generator/src/main.ts'],
  env: { MALLOC_ARENA_MAX: '2' },
};
const question = JSON.stringify({ model: 'mock', messages: [{ role: 'user', content: 'Say something short.' }] });

const { values } = parseArgs({
  options: {
    base: { type: 'string' },
    runs: { type: 'string', default: '10' },
    only: { type: 'string', default: 'help,start,memory' },
    /** A data folder with history, e.g. of `contentflow simulate --data DIR`: each checkout starts on a copy of its own. */
    history: { type: 'string' },
    /** How long each runs on its copy before it is measured: until it has folded what the other release has not. */
    settle: { type: 'string', default: '0' },
  },
});
if (!values.base) {
  console.error(
    'usage: node tools/bench-start.mjs --base DIR, a checkout of what is compared with, with its dependencies installed',
  );
  process.exit(2);
}
const base = resolve(values.base);
const runs = Number(values.runs);
const scratch = mkdtempSync(join(tmpdir(), 'contentflow-bench-'));

const measures = {
  help: async () => {
    await compare('npx contentflow --help, s', (checkout) => seconds('npx', ['contentflow', '--help'], checkout));
    await alone('npx', ['nothing']);
    const bin = 'apps/contentflow/bin/contentflow.mjs';
    await compare('the same without npx, s', (checkout) => seconds(process.execPath, [bin, '--help'], checkout));
  },
  start: async () => {
    await compare('npm start until ready, s', secondsToReady);
    await alone('npm', ['start', '--silent']);
  },
  history: () => compare('start on that history until it answers, s', secondsToAnswer),
  memory: () => compare('generator after 20,000 calls, MiB', residentAfterCalls),
};

/** What still runs when this ends early, e.g. by an interrupt. */
const running = new Set();
process.on('exit', () => running.forEach(({ pid }) => process.kill(-pid, 'SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

try {
  console.log(`| what | ${base} | here | ratio |\n| --- | --- | --- | --- |`);
  for (const name of values.only.split(',')) await measures[name]();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Both once unmeasured, so that both are built and compiled; then by turns. */
async function compare(what, measure) {
  for (const checkout of [base, root]) await measure(checkout);
  const measured = { base: [], here: [] };
  for (let run = 0; run < runs; run++) {
    measured.base.push(await measure(base));
    measured.here.push(await measure(root));
  }
  const [theirs, ours] = [median(measured.base), median(measured.here)];
  console.log(`| ${what} | ${theirs.toFixed(2)} | ${ours.toFixed(2)} | ${(ours / theirs).toFixed(2)} |`);
}

/** What npm itself takes, of both: the time for a program that does nothing. */
async function alone(command, args) {
  const folder = mkdtempSync(join(scratch, 'nothing-'));
  const bin = join(folder, 'node_modules/.bin/nothing');
  mkdirSync(dirname(bin), { recursive: true });
  writeFileSync(bin, '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, scripts: { start: 'nothing' } }));
  const measured = Array.from({ length: runs + 1 }, () => seconds(command, args, folder)).slice(1);
  console.log(`| of both, ${command} alone, s | ${median(measured).toFixed(2)} | | |`);
}

function seconds(command, args, cwd) {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return (performance.now() - startedAt) / 1000;
}

async function secondsToReady(cwd) {
  const startedAt = performance.now();
  const started = await startedProcess('npm', ['start', '--', '--port', '0', '--data', join(scratch, 'data')], { cwd });
  const elapsed = (performance.now() - startedAt) / 1000;
  await started.stop();
  return elapsed;
}

/** Without npm, on its own copy of the history, until `/health/ready` and the state of the system are answered. */
async function secondsToAnswer(cwd) {
  const data = join(scratch, `history-${cwd === root ? 'here' : 'base'}`);
  const isFirst = !existsSync(data);
  if (isFirst) cpSync(resolve(values.history), data, { recursive: true });
  const config = join(scratch, 'history.config.json');
  // The history is a simulated one, which no model may go on with.
  writeFileSync(config, JSON.stringify({ providers: [] }));
  const bin = 'apps/contentflow/bin/contentflow.mjs';
  const args = [bin, 'start', '--no-demo', '--port', '0', '--data', data, '--config', config];
  const startedAt = performance.now();
  const env = { ...process.env, CONTENTFLOW_GRACE_S: '60' };
  const started = await startedProcess(process.execPath, args, { cwd, env });
  for (const path of ['/health/ready', '/v1/state']) await answered(`${started.url}${path}`);
  const elapsed = (performance.now() - startedAt) / 1000;
  if (isFirst) await new Promise((later) => setTimeout(later, 1000 * Number(values.settle)));
  await started.stop();
  return elapsed;
}

async function answered(url) {
  while (!(await fetch(url).catch(() => undefined))?.ok) await new Promise((later) => setTimeout(later, 20));
}

/** As its image runs it, every call recorded, on a provider that answers at once. */
async function residentAfterCalls(cwd) {
  const provider = await answeringProvider();
  const data = mkdtempSync(join(scratch, 'generator-'));
  const config = join(data, 'contentflow.config.json');
  const model = { name: 'mock', usdPerMillionInput: 1, usdPerMillionOutput: 2 };
  const providers = [{ name: 'mock', kind: 'openai-compatible', baseUrl: provider.url, models: [model] }];
  writeFileSync(config, JSON.stringify({ providers }));
  const { args, env } = cwd === root ? builtGenerator() : generatorFromSource;
  const where = { CONTENTFLOW_CONFIG: config, CONTENTFLOW_DATA: join(data, 'data'), PORT: '0' };
  const generator = await startedProcess(node24(), args, { cwd, env: { ...process.env, ...env, ...where } });
  await call(generator.url, CALLS);
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${generator.pid}/status`, 'utf8'))?.[1]) / 1024;
  await generator.stop();
  provider.close();
  return resident;
}

/** By our Dockerfile's own words. */
function builtGenerator() {
  const main = builtMain('generator');
  if (!main) throw new Error('the generator could not be built');
  const dockerfile = readFileSync(join(root, 'infra/docker/Dockerfile'), 'utf8');
  const [, ...args] = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)[1]);
  const allocation = [...dockerfile.matchAll(/(MALLOC_\w+)=(\d+)/g)].map(([, name, value]) => [name, value]);
  return { args: [...args.slice(0, -1), main], env: Object.fromEntries(allocation) };
}

async function call(url, calls) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  let left = calls;
  const caller = async () => {
    while (left-- > 0) await ask(url, agent);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
  agent.destroy();
}

function ask(url, agent) {
  const headers = { 'content-type': 'application/json', 'content-length': question.length };
  return new Promise((answered, failed) => {
    const asked = request(`${url}/v1/chat/completions`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? answered() : failed(new Error(`answered ${response.statusCode}`)),
      );
    });
    asked.on('error', failed);
    asked.end(question);
  });
}

function answeringProvider() {
  const message = { role: 'assistant', content: 'A short reply, for measuring.' };
  const usage = { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  const body = JSON.stringify({
    id: 'chatcmpl-mock',
    object: 'chat.completion',
    created: 1,
    model: 'mock',
    choices,
    usage,
  });
  const server = createServer((asked, answer) => {
    asked.resume();
    asked.on('end', () =>
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body),
    );
  });
  return new Promise((listening) =>
    server.listen(0, '127.0.0.1', () =>
      listening({ url: `http://127.0.0.1:${server.address().port}/v1`, close: () => server.close() }),
    ),
  );
}

/** A process that says where it listens. */
async function startedProcess(command, args, options) {
  // In a group of its own: npm starts what it starts through a shell, which hears no signal for it.
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((over) => child.once('close', over));
  running.add(child);
  void ended.then(() => running.delete(child));
  const url = await new Promise((ready, failed) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      const found = /ready at (http:\/\/[^\s;]+)/.exec(said)?.[1];
      if (found) ready(found);
    });
    child.once('close', () => failed(new Error(`${command} ${args.join(' ')} ended before it was ready: ${said}`)));
  });
  const stop = async () => {
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  return { url, pid: child.pid, stop };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
