import { type LoginProvider, startLoginProvider } from '@contentflow/nest-platform/testing';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

const ADMIN = 'an-admin-key-of-a-test-that-is-long-enough';
const BODIES = [
  ['json', 'application/json', '{"reason":"x"}'],
  ['form', 'application/x-www-form-urlencoded', 'reason=x'],
  ['text', 'text/plain', '{"reason":"x"}'],
  ['empty', undefined, undefined],
] as const;

describeInBrowser('who may ask, in a real browser', () => {
  let folder: string;
  let url: string;
  let server: ChildProcess;
  let provider: LoginProvider;
  let elsewhere: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-access-'));
    await buildConsole();
    const config = join(folder, 'contentflow.config.json');
    provider = await startLoginProvider(
      { clientId: 'contentflow', redirectUri: 'http://127.0.0.1/v1/session/callback' },
      { ada: ['operators'] },
    );
    const login = { issuer: provider.issuer, clientId: 'contentflow', roles: { operators: ['read', 'operate'] } };
    writeFileSync(config, JSON.stringify({ access: { keys: 'always', login } }));
    const args = ['start', '--data', join(folder, 'data'), '--port', '0'];
    server = contentflow([...args, '--config', config], { CONTENTFLOW_ADMIN_KEY: ADMIN });
    elsewhere = createServer(
      (_request, reply) => void reply.setHeader('content-type', 'text/html').end('<p>elsewhere'),
    );
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    browser = await startBrowser();
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(60_000);
    url = await addressOf(server);
  });
  afterAll(async () => {
    await browser?.close();
    elsewhere?.close();
    await provider?.close();
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks for a key before anything is shown, and keeps it where no script reads it', async () => {
    await page.goto(url);
    await page.fill('[name=key]', 'wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expectVisible(page, '[role=alert] >> text=opens nothing');
    await page.fill('[name=key]', ADMIN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expectVisible(page, '.banner');
    await expectVisible(page, '[data-decision]');
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  it('is in nobody’s frame, and runs no script but its own', async () => {
    const answer = await page.request.get(url);
    expect(answer.headers()).toMatchObject({
      'content-security-policy': expect.stringMatching(/default-src 'self'.*frame-ancestors 'none'/),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
    });
  });

  it('refuses whatever a page from elsewhere sends to any changing route, signed in or not', async () => {
    const { paths } = (await (
      await fetch(`${url}/openapi.json`, { headers: { authorization: `Bearer ${ADMIN}` } })
    ).json()) as { paths: Record<string, Record<string, object>> };
    const changing = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => method !== 'get')
        .map((method) => [method.toUpperCase(), path.replace(/\{\w+\}/g, 'x')] as const),
    );
    expect(changing.length).toBeGreaterThan(15);

    // Given the same browser, with the cookie in it, on a page of somebody else's
    const other = await page.context().newPage();
    await other.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    const statuses: number[] = [];
    other.on('response', (response) => {
      if (response.url().startsWith(url)) statuses.push(response.status());
    });
    const got = await other.evaluate(
      async ({ targets, bodies }) => {
        const through: string[] = [];
        for (const [method, target] of targets)
          for (const [kind, type, body] of bodies)
            for (const mode of ['cors', 'no-cors'] as const) {
              if (mode === 'no-cors' && method !== 'POST') continue;
              const headers = type ? { 'content-type': type } : {};
              const asked = { method, mode, headers, body, credentials: 'include' } as RequestInit;
              const answer = await fetch(target, asked).catch(() => undefined);
              if (answer && answer.type !== 'opaque') through.push(`${method} ${target} ${kind}: ${answer.status}`);
            }
        return through;
      },
      { targets: changing.map(([method, path]) => [method, url + path] as const), bodies: BODIES },
    );
    expect(got).toEqual([]);
    expect(statuses.length).toBeGreaterThan(50);
    expect(new Set(statuses)).toEqual(new Set([403]));

    // A form needs no script.
    for (const enctype of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
      await other.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
      await other.evaluate(
        ([action, kind]) => {
          document.body.innerHTML = `<form method="post" action="${action}" enctype="${kind}"><input name="reason" value="x"></form>`;
          document.querySelector('form')?.submit();
        },
        [`${url}/v1/improvements/x/rollback`, enctype] as const,
      );
      await other.waitForURL(/rollback/);
      await expectVisible(other, 'text=pages of this origin may not ask here');
    }
    await other.close();
  });

  it('lets a person log in at a provider, under their name, and out again', async () => {
    // Given a console that is reached by a name of its own, and somebody who is in a group that has a role
    await page.context().clearCookies();
    await page.goto(url);
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.fill('[name=login]', 'ada');
    await page.fill('[name=password]', 'any');
    await page.click('[type=submit]');
    await page.getByRole('button', { name: 'Continue' }).click();
    // Then the console is there, and says who it is
    await expectVisible(page, '.signed-in >> text=ada');
    expect(new URL(page.url()).pathname).toBe('/');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expectVisible(page, '[name=key]');
  });

  it('says why a login came back without anybody', async () => {
    await page.goto(`${url}/?login=forbidden`);
    await expectVisible(page, '[role=alert] >> text=no role here');
  });

  it('holds the page to its key', async () => {
    await page.context().clearCookies();
    await page.reload();
    await expectVisible(page, '[name=key]');
  });
});

const MARKUP = `<img src=x onerror="window.marked=1"><script>window.marked=1</script><svg onload="window.marked=1">`;
/** The same where a document ends a text, an attribute or a script by itself. */
const BREAKING = `"><script>window.marked=1</script>'>\u2028</style></title></textarea><iframe srcdoc="<script>parent.marked=1</script>">`;

describeInBrowser('markup that strangers wrote, in a real browser', () => {
  let folder: string;
  let data: string;
  let url: string;
  let server: ChildProcess;
  let models: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-markup-'));
    data = join(folder, 'data');
    await buildConsole();
    models = await startModel(`A bottle. ${MARKUP} It keeps drinks cold ${BREAKING} for a day.`);
    const baseUrl = `http://127.0.0.1:${(models.address() as AddressInfo).port}/v1`;
    const provider = { name: 'mock', kind: 'openai-compatible', baseUrl, models: ['mock', MARKUP] };
    const config = join(folder, 'contentflow.config.json');
    writeFileSync(config, JSON.stringify({ providers: [provider] }));
    server = contentflow(['start', '--no-demo', '--data', data, '--port', '0', '--config', config]);
    browser = await startBrowser();
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(60_000);
    url = await addressOf(server);
  });
  afterAll(async () => {
    await browser?.close();
    models?.close();
    models?.closeAllConnections();
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  });

  const post = async (path: string, body: object, method: 'POST' | 'PUT' = 'POST'): Promise<{ id: string }> => {
    const headers = { 'content-type': 'application/json', prefer: 'wait=60', 'x-operator': 'eve <script>' };
    const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
    expect([path, answer.status < 300]).toEqual([path, true]);
    return (await answer.json()) as { id: string };
  };
  const assertUnmarked = async (): Promise<void> => {
    expect(await page.evaluate(() => (window as { marked?: number }).marked)).toBeUndefined();
    expect(await page.locator('img[src="x"], iframe, svg[onload], script:not([src])').count()).toBe(0);
  };

  it('is the text that it is: in a brief, a comment, a reason, the answer of a model, on every page and in the report', async () => {
    const topic = `A bottle ${MARKUP} ${BREAKING}`;
    const { id } = await post('/v1/content', {
      contentType: 'ad_copy',
      topic,
      keyPoints: [MARKUP],
      metadata: { order: BREAKING },
    });
    await post(`/v1/content/${id}/feedback`, {
      rating: 1,
      rater: MARKUP,
      comment: `too long ${MARKUP}`,
      edit: BREAKING,
    });
    await post('/v1/autonomy', { state: 'paused', reason: `${MARKUP} ${BREAKING}` }, 'PUT');
    await page.goto(`${url}/content/${id}`);
    await expectVisible(page, 'h1 >> text=onerror');
    await expectVisible(page, 'text=It keeps drinks cold "><script>');
    await assertUnmarked();
    const places = [
      '',
      'content',
      'improvements',
      'proposals',
      'incidents',
      'learning',
      'ledger',
      'settings',
      'scaling',
    ];
    for (const place of [
      ...places,
      'experiments',
      'performance',
      'documentation',
      `content/${encodeURIComponent(MARKUP)}`,
    ]) {
      await page.goto(`${url}/${place}`);
      await page.waitForLoadState('networkidle');
      await assertUnmarked();
    }
    await page.goto(`${url}/ledger`);
    await page.locator('[data-decision=AutonomyPaused]').first().click();
    await expectVisible(page, 'text=onerror');
    await assertUnmarked();

    const report = join(folder, 'report.html');
    const [code] = (await once(contentflow(['report', '--data', data, '--output', report]), 'exit')) as [number];
    expect(code).toBe(0);
    expect(readFileSync(report, 'utf8')).not.toMatch(/<img|<iframe|onload="window/);
    await page.goto(`file://${report}`);
    await page.waitForLoadState('load');
    await assertUnmarked();
  });
});

/** A model server that answers everything with this. */
async function startModel(content: string): Promise<Server> {
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }];
  const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 };
  const answer = JSON.stringify({ id: 'm', object: 'chat.completion', created: 1, model: 'mock', choices, usage });
  const server = createServer((request, reply) => {
    request.resume().once('end', () => reply.writeHead(200, { 'content-type': 'application/json' }).end(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
