/**
 * `node tools/screenshots.mjs FOLDER [URL]`: pictures of every page of the console, light and dark, on a desk and on a phone. Without an address the
 * demo is started for it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './node24.mjs';

const [folder, given] = process.argv.slice(2);
if (!folder) throw new Error('usage: node tools/screenshots.mjs FOLDER [URL]');

/** Each page, and what there must be on it before it is a picture of anything. */
const pages = [
  ['overview', '/', '.figures .cards'],
  ['content', '/content', '[data-content]'],
  ['content-one', '/content?status=generated', '[data-status=generated]', '.body'],
  ['experiments', '/experiments', '[data-experiment]'],
  ['experiment', '/experiments', '[data-experiment=running], [data-experiment=concluded]', '.interval'],
  ['improvements', '/improvements', '[data-improvement]'],
  ['improvement', '/improvements', '[data-improvement]', '.history [data-decision]'],
  ['proposals', '/proposals', '[data-proposal]'],
  ['incidents', '/incidents', '.incidents'],
  ['learning', '/learning', '.learning'],
  ['performance', '/performance', '.groups table'],
  ['scaling', '/scaling', '.instances'],
  ['ledger', '/ledger', '[data-decision]'],
  ['decision', '/ledger', '[data-decision]', '.chain'],
  ['documentation', '/documentation', '.section'],
  ['settings', '/settings', '.policy dt'],
];
const screens = [
  ['desk', { width: 1280, height: 900 }, 'light'],
  ['desk-dark', { width: 1280, height: 900 }, 'dark'],
  ['phone', { width: 390, height: 844 }, 'light'],
];

const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path && existsSync(path),
);
if (!executablePath) throw new Error('there is no chromium: install it, or set CHROMIUM');
mkdirSync(folder, { recursive: true });
const demo = given ? undefined : await startDemo();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const url = given ?? demo.url;
  for (const [screen, viewport, colorScheme] of screens) await picture(url, { screen, viewport, colorScheme });
} finally {
  await browser.close();
  await demo?.stop();
}

async function picture(url, { screen, viewport, colorScheme }) {
  const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: 1 });
  const page = await context.newPage();
  for (const [name, path, shown, opened] of pages) {
    await page.goto(url + path);
    try {
      await page.locator(shown).first().waitFor({ timeout: 20_000 });
      if (opened) {
        // Lists move on while they are looked at.
        await page.locator(shown).first().dispatchEvent('click');
        await page.locator(opened).first().waitFor({ timeout: 20_000 });
      }
    } catch {
      console.error(`${name}: nothing to show yet`);
    }
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${name}-${screen}.png`), fullPage: true });
  }
  await context.close();
}

async function startDemo() {
  const data = mkdtempSync(join(tmpdir(), 'contentflow-screenshots-'));
  const args = [
    join(root, 'apps/contentflow/bin/contentflow.mjs'),
    'start',
    '--port',
    '0',
    '--data',
    join(data, 'data'),
  ];
  const server = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const piece of server.stdout) {
    said += String(piece);
    const [, url] = /ready at (http:\S+?);?\s/.exec(said) ?? [];
    if (!url) continue;
    server.stdout.resume();
    const stop = async () => {
      server.kill('SIGTERM');
      await once(server, 'exit');
      rmSync(data, { recursive: true, force: true });
    };
    return { url, stop };
  }
  throw new Error(`the demo did not start: ${said}`);
}
