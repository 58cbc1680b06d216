import { until } from '@contentflow/kernel/testing';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { pages } from './addresses.ts';
import {
  addressOf,
  buildConsole,
  describeInBrowser,
  expectVisible,
  contentflow,
  startBrowser,
  stop,
} from './testing/browser.ts';
import { sharedButtonNames, violationsOn } from './testing/violations.ts';

describeInBrowser('the console, in a real browser on the simulated day', theConsole);

function theConsole(): void {
  const reason = 'we look at it first';
  let folder: string;
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  let url: string;
  const errors: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-console-'));
    await buildConsole();
    server = contentflow(['start', '--data', join(folder, 'data'), '--port', '0', '--seed', '1']);
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('pageerror', (error) => errors.push(error.message));
    // A refused form is told to its reader; the browser notes the answer besides.
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 400/.test(message.text())) errors.push(message.text());
    });
    page.setDefaultTimeout(60_000);
    url = await addressOf(server);
    await page.goto(url);
  });

  afterAll(async () => {
    await browser?.close();
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  });

  const go = (name: string): Promise<void> =>
    page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
  /** Lists move on while they are looked at. */
  const open = (selector: string): Promise<void> => page.locator(selector).first().dispatchEvent('click');
  const getJson = <Document>(path: string): Promise<Document> =>
    page.evaluate(async (asked) => (await (await fetch(asked)).json()) as never, path);
  async function sayWhy(confirm: string): Promise<void> {
    await page.fill('dialog [name=reason]', reason);
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: confirm, exact: true }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
  }

  it('tells in sentences what it comes to, and nothing that is not known yet', async () => {
    await expectVisible(page, '.story >> text=/Nothing has been changed yet|improvement/');
    await expectVisible(page, '.story >> text=/Spent today: .* this month .*simulated/');
    await expectVisible(page, '.figures >> text=Generation time');
    await expectVisible(page, '.spend table');
    await expectVisible(page, '.clock >> text=/× real time/');
  });

  it('has scripts of at most 200 kB, packed, and sends nothing again that has not changed', async () => {
    const index = await page.request.get(url, { headers: { 'accept-encoding': 'gzip' } });
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await index.text())?.[1] ?? '';
    const packed = await fetch(url + script, { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(Number(packed.headers.get('content-length'))).toBeLessThan(200_000);
    const first = await fetch(`${url}/v1/policy`);
    const again = await fetch(`${url}/v1/policy`, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('shows a content at an address of its own: text, calls, prompts, and takes a rating', async () => {
    await go('Content');
    await page.selectOption('.contents [name=status]', 'generated');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL(/status=generated/);
    await open('.contents [data-status=generated]');
    await page.waitForURL(/\/content\/.+/);
    await expectVisible(page, '.body');
    await expectVisible(page, '.trace tbody tr');
    await page.locator('.trace summary').first().click();
    await expectVisible(page, '.trace .prompt');
    await page.check('[name=rating][value="4"]');
    await page.fill('[name=comment]', 'too long');
    await page.getByRole('button', { name: 'Send rating' }).click();
    await expectVisible(page, '[role=status] >> text=Taken.');
    expect(await violationsOn(page)).toEqual([]);
    // The address alone leads there too.
    const [address, title] = [page.url(), await page.locator('h1').textContent()];
    await page.goto(address);
    await expectVisible(page, '.body');
    expect(await page.locator('h1').textContent()).toBe(title);
  });

  it('finds content by its words and pages to what is older', async () => {
    const { items } = await getJson<{ items: { topic: string }[] }>('/v1/content?view=row&limit=1&status=generated');
    const word = items[0]?.topic.split(' ').at(-1) ?? '';
    await page.goto(`${url}/content?search=${encodeURIComponent(word)}`);
    await expectVisible(page, '.contents [data-content]');
    const topics = await page.locator('.contents .topic').allTextContents();
    expect(topics.length).toBeGreaterThan(0);
    await page.goto(`${url}/content`);
    await until(
      () => getJson<{ next: string | null }>('/v1/content?view=row&limit=30'),
      ({ next }) => next !== null,
    );
    await page.getByRole('button', { name: 'Older contents' }).click();
    await page.waitForURL(/after=/);
    await expectVisible(page, '.contents [data-content]');
  });

  it('makes what is asked for in the form, and tells which field is wrong', async () => {
    await page.goto(`${url}/content`);
    await page.fill('.brief [name=topic]', 'a rain jacket for city cyclists');
    await page.click('.brief button[type=submit]');
    await expectVisible(page, '.brief [data-content]');
    await page.locator('.brief summary').click();
    await page.locator('[name=language]').evaluate((input) => input.removeAttribute('pattern'));
    await page.fill('[name=language]', 'not a language');
    await page.click('.brief button[type=submit]');
    await expectVisible(page, '[role=alert] >> text=/language: /');
  });

  it('opens an experiment: arms, intervals, margins, looks, and stops it', async () => {
    await go('Experiments');
    await page.locator('[data-experiment=running]').first().waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await open('[data-experiment=running]');
    await expectVisible(page, '.design >> text=May lose at most');
    await expectVisible(page, '.metrics table');
    await expectVisible(page, '.looks >> text=Shares of the arms');
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop this experiment' }).click();
    await sayWhy('Stop it');
    await expectVisible(page, '.lead >> text=void');
    await expectVisible(page, '.history [data-decision]');
  });

  it('pauses autonomy for a reason from any page, lets it go on, and gives the focus back', async () => {
    for (const [ask, confirm, state] of [
      ['Pause autonomy', 'Pause', 'paused'],
      ['Resume autonomy', 'Resume', 'running'],
    ] as const) {
      await page.getByRole('button', { name: ask }).click();
      await sayWhy(confirm);
      await expectVisible(page, `.autonomy >> text="${state}"`);
      expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/autonomy/);
    }
  });

  it('lists what waits for a person, and takes the answer', async () => {
    const levers = { prompt: 'propose', workflow: 'propose', model: 'propose', cache: 'propose', style: 'propose' };
    await page.evaluate(async (body) => {
      await fetch('/v1/autonomy', { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
    }, JSON.stringify({ levers, reason }));
    await go('Proposals');
    for (const [ask, waits] of [
      ['Approve', 'approved'],
      ['Refuse', 'refused'],
    ] as const) {
      const button = page.locator('[data-proposal=waiting]').getByRole('button', { name: ask }).first();
      await button.click();
      await sayWhy(ask);
      expect((await getJson<{ items: unknown[] }>(`/v1/proposals?status=${waits}`)).items).not.toEqual([]);
    }
  });

  it('shows an incident: its cause, what was done, how to undo that, and who was told; settings say who would be', async () => {
    await go('Incidents');
    await expectVisible(page, '[data-incident] >> text=Autonomy is paused');
    await open('[data-incident]:has-text("Autonomy is paused")');
    await expectVisible(page, 'h1 >> text=Autonomy is paused');
    await expectVisible(page, '.incident >> text=A person paused it');
    await expectVisible(page, '.notifications >> text=Nobody');
    expect(await violationsOn(page)).toEqual([]);
    await go('Settings');
    await expectVisible(page, '.channels >> text=Nobody');
    expect(await violationsOn(page)).toEqual([]);
  });

  it('shows decisions as sentences, and each with what it was made on', async () => {
    await go('Ledger');
    await open('[data-decision=HypothesisProposed], [data-decision=ExperimentRegistered]');
    await page.waitForURL(/\/ledger\/.+/);
    await expectVisible(page, '.basis >> text=Evidence');
    await expectVisible(page, '.chain >> text=Hash');
    expect(await violationsOn(page)).toEqual([]);
  });

  it('sets a key of the policy with what it means, and takes it back', async () => {
    await go('Settings');
    await page.fill('.policy [type=search]', 'holdbackShare');
    await expectVisible(page, '.policy dl >> text=holdbackShare');
    for (const [button, value] of [
      ['Set it', 0.06],
      ['Back to the default', 0.05],
    ] as const) {
      await page.getByRole('button', { name: 'Change holdbackShare' }).click();
      await page.fill('dialog [name=value]', '0.06');
      expect(await violationsOn(page)).toEqual([]);
      await page.getByRole('button', { name: button }).click();
      await page.locator('dialog').waitFor({ state: 'detached' });
      await until(
        () => getJson<{ policy: { holdbackShare: number } }>('/v1/policy'),
        ({ policy }) => policy.holdbackShare === value,
      );
    }
  });

  it.each(pages.map(({ name }) => name))(
    '%s is for everybody: nothing that axe finds, and no name twice',
    async (name) => {
      await go(name);
      await page.locator('h1', { hasText: name }).waitFor();
      if (name === 'Performance') await expectVisible(page, '.curves canvas');
      expect(await violationsOn(page)).toEqual([]);
      expect(await sharedButtonNames(page)).toEqual([]);
      // Counted at one moment: panels may still come.
      expect(await page.evaluate(() => document.querySelectorAll('.panel:not(:has(> header .simulated))').length)).toBe(
        0,
      );
    },
  );

  it('fits a phone on every page without scrolling sideways, behind a menu', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const { name } of pages) {
      await page.getByRole('button', { name: /^Menu/ }).click();
      await go(name);
      await page.locator('h1', { hasText: name }).waitFor();
      await until(
        () => page.evaluate(() => document.documentElement.scrollWidth),
        (width) => width <= 390,
      );
      expect(await violationsOn(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('had no error of its own, and says so when the server is gone', async () => {
    expect(errors).toEqual([]);
    await stop(server);
    await expectVisible(page, '[role=status] >> text=not connected');
  });
}
