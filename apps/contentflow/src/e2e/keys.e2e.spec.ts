import { until } from '@contentflow/kernel/testing';
import { contentflow, type Ended } from './testing/child.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';

describe('keys, from an empty folder to a real client', () => {
  const folder = temporaryFolder();
  let models: MockModelServer;
  beforeAll(async () => {
    models = await startMockModelServer();
    const configuration = JSON.parse(configurationOf(models)) as object;
    folder.file('contentflow.config.json', JSON.stringify({ ...configuration, access: { keys: 'always' } }));
  });
  afterAll(async () => {
    await models?.close();
    folder.remove();
  });
  const keys = (...args: string[]): Promise<Ended> => contentflow(['keys', ...args], folder.path).ended;

  it('makes the first key before anything was started, and serves the official client with it', async () => {
    const made = await keys('create', '--name', 'ada', '--scopes', 'content,read');
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^cfk_\w{16}_\S{43}\n$/) });
    expect(made.stderr).toMatch(/ada: content, read/);
    const key = made.stdout.trim();
    // Nobody else on this machine reads what the folder holds.
    expect(statSync(join(folder.path, '.contentflow/data')).mode & 0o077).toBe(0);

    const child = contentflow(['start', '--port', '0'], folder.path);
    const url = await child.url;
    const client = (apiKey: string): OpenAI => new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
    const ask = { model: 'mock', messages: [{ role: 'user' as const, content: 'Say something.' }] };
    const { choices } = await client(key).chat.completions.create(ask);
    expect(choices[0]?.message.content).not.toBe('');
    await expect(client('sk-none').chat.completions.create(ask)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(client(key).post('/keys', { body: {} })).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError);

    // While it runs, a key is revoked by the command line; the process that runs knows at once.
    const [, id = ''] = key.split('_');
    expect(await keys('revoke', id, '--reason', 'left')).toMatchObject({ code: 0 });
    await expect(
      (async () => {
        for (;;) await client(key).chat.completions.create(ask);
      })(),
    ).rejects.toBeInstanceOf(OpenAI.AuthenticationError);

    // Commands that ask a running system show a key of their own.
    const operator = (await keys('create', '--name', 'bo', '--scopes', 'read')).stdout.trim();
    const proposals = (...args: string[]): Promise<Ended> =>
      contentflow(['proposals', '--url', url, ...args], folder.path).ended;
    expect(await proposals()).toMatchObject({ code: 2, stderr: expect.stringMatching(/a key is needed here/) });
    expect(await proposals('--key', operator)).toMatchObject({ code: 0, stdout: 'nothing\n' });
    // Rotated with nothing between, the old key is over and the new one holds.
    const [, old = ''] = operator.split('_');
    const rotated = await keys('rotate', old, '--overlap-hours', '0');
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringMatching(/^cfk_\w{16}_\S{43}\n$/) });
    await until(
      () => proposals('--key', operator),
      ({ code }) => code === 2,
    );
    expect(await proposals('--key', rotated.stdout.trim())).toMatchObject({ code: 0, stdout: 'nothing\n' });
    expect(await child.kill('SIGTERM')).toMatchObject({ code: 0 });
  }, 120_000);

  it.each([
    [['create', '--scopes', 'read'], /--name is missing/],
    [['create', '--name', 'x'], /--scopes: there is no scope ""/],
    [['create', '--name', 'x', '--scopes', 'all'], /--scopes: there is no scope "all".*content, feedback/],
    [
      ['create', '--name', 'x', '--scopes', 'read', '--expires-in-days', 'soon'],
      /--expires-in-days: cannot be "soon"; write a number above 0 and up to 3650/,
    ],
    [['revoke'], /revoke which key\?/],
    [['revoke', 'nothing'], /there is no key "nothing"/],
    [['constructor'], /there is no action "constructor"/],
  ])('%j is refused with what is wrong', async (args, problem) => {
    expect(await keys(...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(problem) });
  });
});
