import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const browserPath = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);
const isRequired = process.env['CONTENTFLOW_REQUIRE_SERVERS'] === '1';
const LAST_WORDS = 20_000;
const stopped = new WeakSet<ChildProcess>();
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Tests in a real browser: skipped where there is none, and failing where one is required. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (browserPath) describe(name, tests);
  else if (isRequired)
    it(`${name} needs a browser: install chromium, or set CHROMIUM`, () => {
      throw new Error('there is no chromium, and CONTENTFLOW_REQUIRE_SERVERS=1 allows no skip');
    });
  else it.skip(`${name}, skipped because there is no chromium: install it, or set CHROMIUM`, () => undefined);
}

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ ...(browserPath !== undefined && { executablePath: browserPath }), args: flags });

export const expectVisible = (page: Page, selector: string): Promise<void> =>
  page.locator(selector).first().waitFor({ state: 'visible' });

/** `contentflow` as its users run it, from its build. */
export const contentflow = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, [join(root, 'apps/contentflow/bin/contentflow.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, NODE_OPTIONS: '' },
  });

/** The address in the line that says that it is ready. A server that ends before its test asks it to is told with its last words. */
export async function addressOf(server: ChildProcess): Promise<string> {
  let said = '';
  server.stderr?.on('data', (piece: Buffer) => (said = (said + String(piece)).slice(-LAST_WORDS)));
  server.once('exit', (code, signal) => {
    if (!stopped.has(server)) console.error(`contentflow ended by itself (${signal ?? code}): ${said}`);
  });
  for await (const piece of server.stdout ?? []) {
    said += String(piece);
    const address = /ready at (http:\S+?);?\s/.exec(said)?.[1];
    if (!address) continue;
    server.stdout?.resume();
    return address;
  }
  throw new Error(`contentflow start ended: ${said}`);
}

export async function stop(server: ChildProcess | undefined): Promise<void> {
  if (server) stopped.add(server);
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  const hanging = setTimeout(() => server.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(hanging);
}

/** Builds the page, whole or not at all: others may be building it, or reading it, beside this. */
export async function buildConsole(): Promise<void> {
  const building = spawn(process.execPath, ['tools/build.mjs', 'page'], { cwd: root, stdio: 'inherit' });
  const [code] = (await once(building, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the console does not build: it ended with ${code}`);
}
