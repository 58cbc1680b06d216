import { until } from '@contentflow/kernel/testing';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  addressOf,
  buildConsole,
  describeInBrowser,
  expectVisible,
  contentflow,
  startBrowser,
  stop,
} from './testing/browser.ts';

describeInBrowser('the console, in a real browser on the simulated day', theConsole);

function theConsole(): void {
  let folder: string;
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-console-'));
    await buildConsole();
    server = contentflow(['start', '--data', join(folder, 'data'), '--port', '0', '--seed', '1']);
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('pageerror', (error) => errors.push(error.message));
    page.setDefaultTimeout(60_000);
    await page.goto(await addressOf(server));
  });

  afterAll(async () => {
    await browser?.close();
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows contents as they come and decisions as they fall, each with what it stands on', async () => {
    await page.selectOption('.contents select', 'generated');
    await page.locator('.contents [data-status=generated]').first().click();
    await expectVisible(page, 'dialog .body');
    await expectVisible(page, 'dialog >> text=Usage');
    await page.keyboard.press('Escape');

    await page.locator('[data-decision=HypothesisProposed], [data-decision=ScalingDecided]').first().click();
    await expectVisible(page, 'dialog >> text=What it was made on');
    await page.keyboard.press('Escape');
  });

  it('cancels a brief that has no result yet', async () => {
    // Given one that is being made, for longer than those of the simulated day are
    await page.route(/v1\/content\/[^/?]+$/, async (route) => {
      const {
        content: _content,
        endedAt: _ended,
        ...document
      } = (await (await route.fetch()).json()) as Record<string, unknown>;
      await route.fulfill({ json: { ...document, status: 'generating' } });
    });
    const asked: unknown[] = [];
    await page.route(/v1\/content\/[^/]+\/cancel$/, async (route) => {
      asked.push(route.request().postDataJSON());
      await route.fulfill({ json: {} });
    });
    await page.locator('.contents [data-content]').first().click();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.fill('dialog [name=reason]', 'nobody wants it');
    await page.getByRole('button', { name: 'Cancel it', exact: true }).click();
    await until(() => asked.length > 0);
    expect(asked).toEqual([{ reason: 'nobody wants it' }]);
    await page.unrouteAll({ behavior: 'wait' });
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  });

  it('shows nothing of the list before while another one is asked for', async () => {
    // Given a server that takes its time for the failed ones
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    await page.route(/status=failed/, async (route) => {
      await asked;
      await route.continue();
    });
    await page.selectOption('.contents select', '');
    await expectVisible(page, '.contents [data-content]');
    // When they are asked for, then those of every status are gone at once
    await page.selectOption('.contents select', 'failed');
    await expectVisible(page, '.contents >> text=Loading …');
    expect(await page.locator('.contents [data-content]').count()).toBe(0);
    answer();
    await page.locator('.contents >> text=Loading …').waitFor({ state: 'detached' });
    await page.unrouteAll({ behavior: 'wait' });
    await page.selectOption('.contents select', '');
  });

  it('shows the experiments that run', async () => {
    await expectVisible(page, '.experiments progress');
  });

  it('sets the key figures beside the holdback, and draws their curves', async () => {
    await expectVisible(page, '.figures >> text=Generation time');
    await expectVisible(page, '.figures >> text=/holdback \\$/');
    await expectVisible(page, '.curves canvas');
  });

  it('marks every panel as simulated', async () => {
    const panels = await page.locator('.panel').count();
    expect(panels).toBe(10);
    expect(await page.locator('.panel > header .simulated').count()).toBe(panels);
  });

  it('makes what is asked for in the form', async () => {
    // A provider may fail, in the sandbox as anywhere: a person asks again.
    const outcomes: string[] = [];
    while (!outcomes.includes('generated') && outcomes.length < 4) {
      await page.fill('[name=topic]', `a rain jacket for city cyclists, take ${outcomes.length + 1}`);
      await page.click('.brief button[type=submit]');
      const mine = page.locator('.brief [data-content]', { hasText: `take ${outcomes.length + 1}` });
      await mine.and(page.locator('[data-status=generated], [data-status=failed]')).waitFor();
      outcomes.push((await mine.getAttribute('data-status')) as string);
    }
    expect(outcomes).toContain('generated');
  });

  it('tells which field of a brief is wrong', async () => {
    await page.locator('.brief summary').click();
    await page.fill('[name=topic]', 'anything');
    await page.locator('[name=language]').evaluate((input) => input.removeAttribute('pattern'));
    await page.fill('[name=language]', 'not a language');
    await page.click('.brief button[type=submit]');
    await expectVisible(page, '[role=alert] >> text=/language: /');
    await page.fill('[name=language]', '');
  });

  it('pauses autonomy for a reason, and lets it go on', async () => {
    for (const [ask, confirm, state] of [
      ['Pause autonomy', 'Pause', 'paused'],
      ['Resume autonomy', 'Resume', 'running'],
    ] as const) {
      await page.getByRole('button', { name: ask }).click();
      await page.fill('dialog [name=reason]', 'we look at it first');
      await page.getByRole('dialog').getByRole('button', { name: confirm, exact: true }).click();
      await expectVisible(page, `.banner dd >> text="${state}"`);
    }
    await expectVisible(page, '[data-decision=AutonomyResumed]');
  });

  it('lists what waits for a person, and takes the answer', async () => {
    const levers = { prompt: 'propose', workflow: 'propose', model: 'propose', cache: 'propose', style: 'propose' };
    const reason = 'we answer ourselves';
    await page.evaluate(async (body) => {
      await fetch('/v1/autonomy', { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
    }, JSON.stringify({ levers, reason }));
    for (const [ask, waits] of [
      ['Approve', 'approved'],
      ['Refuse', 'refused'],
    ] as const) {
      const waiting = page.locator('[data-proposal=waiting]', { has: page.getByRole('button', { name: ask }) }).first();
      await waiting.getByRole('button', { name: ask }).click();
      await page.fill('dialog [name=reason]', reason);
      await page.getByRole('dialog').getByRole('button', { name: ask, exact: true }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      const listed = await page.evaluate(
        async (status) => (await (await fetch(`/v1/proposals?status=${status}`)).json()) as { items: unknown[] },
        waits,
      );
      expect(listed.items).not.toEqual([]);
    }
  });

  it('fits a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await until(
      () => page.evaluate(() => document.documentElement.scrollWidth),
      (width) => width <= 390,
    );
  });

  it('had no error of its own, and says so when the server is gone', async () => {
    expect(errors).toEqual([]);
    await stop(server);
    await expectVisible(page, '[role=status] >> text=not connected');
  });
}
