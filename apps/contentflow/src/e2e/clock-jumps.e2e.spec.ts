import { until } from '@contentflow/kernel/testing';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { builtProgram, cached } from '../built-program.ts';
import { type Child, contentflow, watched } from './testing/child.ts';
import { temporaryFolder } from './testing/temporary.ts';

const CLOCK = new URL('../faults/shifted-clock.mjs', import.meta.url).href;
const HOUR_MS = 3_600_000;
const LEASE_MS = 3000;
/** Of the model: longer than it takes to set the clock, shorter than a lease. */
const ANSWERS_AFTER_MS = 1500;

const folder = temporaryFolder();
afterAll(() => folder.remove());
const calls: string[] = [];

function startModel(): Promise<Server> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.once('end', () => {
      calls.push(text);
      setTimeout(
        () => response.writeHead(200, { 'content-type': 'application/json' }).end(completion),
        ANSWERS_AFTER_MS,
      );
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
const completion = JSON.stringify({
  id: 's',
  object: 'chat.completion',
  created: 1,
  model: 'mock',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'It keeps drinks cold.' } }],
  usage: { prompt_tokens: 1, completion_tokens: 5, total_tokens: 6 },
});
const callsOf = (topic: string): number => calls.filter((text) => text.includes(topic)).length;

/** A real process whose clock is set while it runs. */
interface Timed extends Child {
  set(): void;
}

describe('a clock that is set while real processes run', () => {
  let model: Server;
  let config: string;
  let offset: string;
  const running: Timed[] = [];

  const start = (data: string, env: NodeJS.ProcessEnv = {}): Timed => {
    const words = ['start', '--data', data, '--port', '0', '--config', config];
    const child = spawn(process.execPath, ['--no-warnings', '--import', CLOCK, builtProgram('contentflow'), ...words], {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...cached, ...env, CONTENTFLOW_CLOCK_OFFSET_FILE: offset },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timed = { ...watched(child), set: () => void child.kill('SIGUSR2') };
    running.push(timed);
    return timed;
  };
  const set = async (offsetMs: number): Promise<void> => {
    writeFileSync(offset, String(offsetMs));
    for (const each of running) each.set();
    // A signal takes its time; each answer says what time it is.
    for (const { url } of running)
      await until(
        () => hoursOff(url),
        (hours) => hours === offsetMs / HOUR_MS,
      );
  };
  const hoursOff = async (url: Promise<string>): Promise<number> => {
    const { at } = (await (await fetch(`${await url}/v1/state`)).json()) as { at: number };
    return Math.round((at - Date.now()) / HOUR_MS) + 0;
  };

  beforeAll(async () => {
    model = await startModel();
    const baseUrl = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`;
    const provider = { name: 'mock', kind: 'openai-compatible', baseUrl, models: ['mock'], requestsPerMinute: 600 };
    const budgets = { perDayUsd: 5 };
    config = folder.file('c.json', JSON.stringify({ providers: [provider], leaseMs: LEASE_MS, budgets }));
    offset = folder.file('offset', '0');
  });
  beforeEach(() => writeFileSync(offset, '0'));
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.kill('SIGKILL')));
  });
  afterAll(() => {
    model?.closeAllConnections();
    model?.close();
  });

  interface Content {
    readonly id: string;
    readonly status: string;
    readonly usage?: { readonly timeMs: number; readonly waitMs: number };
  }
  const accept = async (url: string, topic: string): Promise<string> => {
    const body = JSON.stringify({ contentType: 'ad_copy', topic });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/content`, { method: 'POST', headers, body });
    return ((await answer.json()) as Content).id;
  };
  const one = async (url: string, id: string): Promise<Content> =>
    (await (await fetch(`${url}/v1/content/${id}`)).json()) as Content;
  const made = (url: string, id: string): Promise<Content> =>
    until(
      () => one(url, id),
      ({ status }) => status === 'generated' || status === 'failed',
    );

  it.each([5 * HOUR_MS, -5 * HOUR_MS, 25 * HOUR_MS])(
    'pays for what is under way once, and makes what comes then: by %i ms',
    async (by) => {
      const data = `set-${by}`;
      const url = await start(data).url;
      const other = await start(data).url;
      const topics = Array.from({ length: 6 }, (_, each) => `bottle ${by} no. ${each}.`);
      const ids = await Promise.all(topics.map((topic, each) => accept(each % 2 ? url : other, topic)));
      await until(
        () => topics.filter((topic) => callsOf(topic) > 0).length,
        (count) => count === topics.length,
      );
      await set(by);
      for (const id of ids) {
        const { status, usage } = await made(url, id);
        expect(status).toBe('generated');
        expect(usage?.timeMs).toBeGreaterThanOrEqual(0);
        expect(usage?.timeMs).toBeLessThan(HOUR_MS / 2);
        expect(usage?.waitMs).toBeGreaterThanOrEqual(0);
      }
      expect(topics.map(callsOf)).toEqual(topics.map(() => 1));
      // What comes after it is neither stuck behind old leases nor behind a bucket of the provider's.
      const later = await accept(other, `bottle ${by} after it.`);
      expect(await made(other, later)).toMatchObject({ status: 'generated' });
      const { items } = (await (await fetch(`${url}/v1/budgets`)).json()) as { items: { reservedUsd: number }[] };
      expect(items.every(({ reservedUsd }) => reservedUsd === 0)).toBe(true);
    },
    120_000,
  );

  it('back by hours holds up nothing that a killed process had begun', async () => {
    const dead = start('killed');
    const url = await dead.url;
    const id = await accept(url, 'bottle of the dead.');
    await until(
      () => callsOf('bottle of the dead.'),
      (count) => count === 1,
    );
    await dead.kill('SIGKILL');
    running.length = 0;
    writeFileSync(offset, String(-5 * HOUR_MS));
    const heir = await start('killed').url;
    const begun = performance.now();
    expect(await made(heir, id)).toMatchObject({ status: 'generated' });
    expect(performance.now() - begun).toBeLessThan(30_000);
    await until(
      async () => (await (await fetch(`${heir}/v1/budgets`)).json()) as { items: { reservedUsd: number }[] },
      ({ items }) => items.every(({ reservedUsd }) => reservedUsd === 0),
    );
  }, 120_000);

  it('leaves a ledger that audits clean, with events in the time of their clock', async () => {
    const child = start('audited');
    const url = await child.url;
    const before = Date.now();
    await made(url, await accept(url, 'bottle before.'));
    await set(3 * HOUR_MS);
    await made(url, await accept(url, 'bottle in between.'));
    await set(-2 * HOUR_MS);
    await made(url, await accept(url, 'bottle afterwards.'));
    expect(await child.kill('SIGTERM')).toMatchObject({ code: 0 });
    running.length = 0;
    expect(await contentflow(['audit', '--data', 'audited'], folder.path).ended).toMatchObject({ code: 0 });
    expect(await contentflow(['export', '--data', 'audited', '--output', 'x.jsonl'], folder.path).ended).toMatchObject({
      code: 0,
    });
    const accepted = readFileSync(`${folder.path}/x.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type?: string; time?: string | number })
      .filter(({ type }) => type?.includes('brief-accepted'));
    const hours = accepted.map(({ time = 0 }) => Math.round((new Date(time).getTime() - before) / HOUR_MS));
    expect(hours.toSorted((a, b) => a - b)).toEqual([-2, 0, 3]);
  }, 120_000);
});

describe('the zone of the machine', () => {
  it.each(['Asia/Kolkata', 'America/St_Johns', 'Pacific/Kiritimati'])(
    'changes nothing of what is decided and when: %s',
    async (TZ) => {
      const policy = folder.file('policy.json', JSON.stringify({ freezeWindows: [{ from: '01:00', until: '02:30' }] }));
      const day = async (zone: string, name: string): Promise<string> => {
        const words = [
          'simulate',
          '--hours',
          '2',
          '--seed',
          '3',
          '--world',
          'small-default',
          '--policy',
          policy,
          '--data',
          name,
        ];
        const ended = await contentflow([...words, '--output', `${name}.json`], folder.path, { TZ: zone }).ended;
        expect(ended).toMatchObject({ code: 0 });
        await contentflow(['export', '--data', name, '--output', `${name}.jsonl`], folder.path, { TZ: zone }).ended;
        return readFileSync(`${folder.path}/${name}.jsonl`, 'utf8');
      };
      expect(await day(TZ, `in-${TZ.replace('/', '-')}`)).toBe(await day('UTC', `utc-${TZ.replace('/', '-')}`));
    },
    240_000,
  );
});
