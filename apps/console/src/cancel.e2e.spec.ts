import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { addressOf, buildConsole, describeInBrowser, contentflow, startBrowser, stop } from './testing/browser.ts';

describeInBrowser('a brief that a person cancels in the console', cancelling);

function cancelling(): void {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-cancel-'));
  let models: Server;
  let hungUp: Promise<void>;
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await buildConsole();
    // Given a model that takes for ever
    const left = Promise.withResolvers<void>();
    hungUp = left.promise;
    models = createServer((request) => request.resume().socket.once('close', () => left.resolve()));
    await new Promise<void>((listening) => models.listen(0, '127.0.0.1', listening));
    const baseUrl = `http://127.0.0.1:${(models.address() as AddressInfo).port}/v1`;
    const config = join(folder, 'contentflow.config.json');
    const provider = { name: 'slow', kind: 'openai-compatible', baseUrl, apiKey: 'none', models: ['m'] };
    writeFileSync(config, JSON.stringify({ providers: [provider] }));
    const where = ['--data', join(folder, 'data'), '--port', '0', '--config', config];
    server = contentflow(['start', ...where]);
    browser = await startBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${await addressOf(server)}/content`);
  });
  afterAll(async () => {
    await browser?.close();
    await stop(server);
    models?.closeAllConnections();
    models?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends as failed for the reason given, its call is broken off, and it can be cancelled no more', async () => {
    // When it is asked for, opened and cancelled
    await page.fill('[name=topic]', 'a brief that nobody wants');
    await page.click('.brief button[type=submit]');
    await page.locator('.contents [data-content]').first().click();
    await page.locator('.lead .tag.generating').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.fill('dialog [name=reason]', 'nobody wants it');
    await page.getByRole('button', { name: 'Cancel it', exact: true }).click();

    // Then it says so, here and in the log
    await page.getByText('cancelled: nobody wants it').first().waitFor();
    await page.locator('.lead .tag.failed').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
    await hungUp;
    const { items } = await page.evaluate(
      async () => (await (await fetch('/v1/content?status=failed')).json()) as { items: object[] },
    );
    expect(items).toEqual([
      expect.objectContaining({ error: { failure: 'cancelled', message: 'cancelled: nobody wants it' } }),
    ]);
  });
}
