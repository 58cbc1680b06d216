import { until } from '@contentflow/kernel/testing';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, contentflow } from './testing/child.ts';
import { temporaryFolder } from './testing/temporary.ts';

const folder = temporaryFolder();
const ENDLESS = 'Tell me all of it.';
/** Streams of the model that nobody has left yet. */
const flowing = new Set<ServerResponse>();

/** A model that streams for as long as somebody reads, where it is asked to, and says everything else after two seconds. */
function startModel(): Promise<Server> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.once('end', () => {
      if (text.includes(ENDLESS)) flow(response);
      else setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(completion), 2000);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function flow(response: ServerResponse): void {
  flowing.add(response);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const part = { id: 's', object: 'chat.completion.chunk', created: 1, model: 'mock' };
  const chunk = {
    ...part,
    choices: [{ index: 0, delta: { role: 'assistant', content: 'word ' }, finish_reason: null }],
  };
  const timer = setInterval(() => response.write(`data: ${JSON.stringify(chunk)}\n\n`), 100);
  response.once('close', () => {
    clearInterval(timer);
    flowing.delete(response);
  });
}

const completion = JSON.stringify({
  id: 's',
  object: 'chat.completion',
  created: 1,
  model: 'mock',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'It keeps drinks cold.' } }],
  usage: { prompt_tokens: 1, completion_tokens: 5, total_tokens: 6 },
});

describe('a key that ends while somebody is being answered', () => {
  const processes: Child[] = [];
  let model: Server;
  let urls: string[];

  const keys = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await contentflow(['keys', ...words, '--data', 'data'], folder.path).ended;
    expect({ code, words, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, words, stderr: '' });
    return stdout.trim();
  };
  const make = async (scopes: string): Promise<{ key: string; id: string }> => {
    const key = await keys('create', '--name', 'ada', '--scopes', scopes);
    return { key, id: key.split('_')[1] as string };
  };

  beforeAll(async () => {
    model = await startModel();
    const baseUrl = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`;
    const providers = [{ name: 'mock', kind: 'openai-compatible', baseUrl, models: ['mock'] }];
    const config = folder.file('c.json', JSON.stringify({ providers, access: { keys: 'always' } }));
    const started = ['start', '--data', 'data', '--port', '0', '--config', config];
    for (let process = 0; process < 2; process++) {
      processes.push(contentflow(started, folder.path));
      await processes.at(-1)?.url;
    }
    urls = await Promise.all(processes.map(({ url }) => url));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(processes.map((each) => each.kill('SIGTERM')));
    model?.closeAllConnections();
    model?.close();
    folder.remove();
  });

  const headersOf = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
  const asked = (key: string, url: string, body: object): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: headersOf(key),
      body: JSON.stringify({ model: 'mock', messages: [{ role: 'user', content: 'a bottle' }], ...body }),
    });
  const statusOf = async (key: string, url: string): Promise<number> =>
    (await fetch(`${url}/v1/models`, { headers: headersOf(key) })).status;

  /** A stream that has begun to flow, and whether it has ended. */
  async function stream(key: string, url: string): Promise<{ isOver: () => boolean; cancel: () => Promise<void> }> {
    const messages = [{ role: 'user', content: ENDLESS }];
    const { status, body } = await asked(key, url, { stream: true, messages });
    expect(status).toBe(200);
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    let over = false;
    void (async () => {
      while (!(await reader.read()).done);
    })()
      .catch(() => undefined)
      .finally(() => (over = true));
    return { isOver: () => over, cancel: () => reader.cancel().catch(() => undefined) };
  }
  const everywhere = (key: string) => Promise.all(urls.map((url) => stream(key, url)));

  it('is cut off in every process where it was revoked, its model is called no longer, and it opens nothing', async () => {
    const { key, id } = await make('content');
    const others = await everywhere((await make('content')).key);
    const own = await everywhere(key);
    await until(
      () => flowing.size,
      (count) => count === 4,
    );
    await keys('revoke', id);
    await until(() => own.every(({ isOver }) => isOver()), Boolean);
    await until(
      () => flowing.size,
      (count) => count === 2,
    );
    for (const url of urls) expect(await statusOf(key, url)).toBe(401);
    // Nobody else is.
    expect(others.map(({ isOver }) => isOver())).toEqual([false, false]);
    for (const each of others) await each.cancel();
  });

  it('is cut off where it was rotated without overlap, and its follower holds at once in every process', async () => {
    const { key, id } = await make('content');
    const own = await everywhere(key);
    const next = await keys('rotate', id, '--overlap-hours', '0');
    await until(() => own.every(({ isOver }) => isOver()), Boolean);
    for (const url of urls) expect([await statusOf(key, url), await statusOf(next, url)]).toEqual([401, 200]);
  });

  it('goes on where it was rotated with overlap', async () => {
    const { key, id } = await make('content');
    const own = await everywhere(key);
    const next = await keys('rotate', id, '--overlap-hours', '1');
    for (const url of urls) expect([await statusOf(key, url), await statusOf(next, url)]).toEqual([200, 200]);
    await pause(1500);
    expect(own.map(({ isOver }) => isOver())).toEqual([false, false]);
    for (const each of own) await each.cancel();
  });

  it('is answered still where the answer had not begun, and its brief is made', async () => {
    const { key, id } = await make('content');
    const chats = urls.map((url) => asked(key, url, {}));
    const briefs = urls.map((url, each) =>
      fetch(`${url}/v1/content`, {
        method: 'POST',
        headers: { ...headersOf(key), prefer: 'wait=30' },
        body: JSON.stringify({ contentType: 'ad_copy', topic: `a bottle, ${each}` }),
      }),
    );
    await pause(300);
    await keys('revoke', id);
    for (const url of urls)
      await until(
        () => statusOf(key, url),
        (status) => status === 401,
      );
    for (const chat of chats) expect((await chat).status).toBe(200);
    for (const brief of briefs) expect(await (await brief).json()).toMatchObject({ status: 'generated' });
  });

  it('hears no more of events that it followed', async () => {
    const { key, id } = await make('content,read');
    const [url = ''] = urls;
    const made = await fetch(`${url}/v1/content`, {
      method: 'POST',
      headers: headersOf(key),
      body: JSON.stringify({ contentType: 'email', topic: ENDLESS }),
    });
    const { id: content } = (await made.json()) as { id: string };
    const events = await fetch(`${url}/v1/content/${content}/events`, { headers: headersOf(key) });
    expect(events.status).toBe(200);
    await keys('revoke', id);
    // However it ends: what is cut off throws.
    await events.text().catch(() => undefined);
    expect(await statusOf(key, url)).toBe(401);
  });
});
