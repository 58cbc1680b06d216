import type { TestedService } from '@contentflow/nest-platform/testing';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ScriptedModelServer, startScriptedModelServer } from '../e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from '../testing/whole-system.ts';
import { run as notify } from './notify.ts';

describe('channels on the command line', () => {
  const sink = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(request.url === '/bad' ? 500 : 204).end());
  });
  let models: ScriptedModelServer;
  let service: TestedService;
  let options: { url: string; by: string };
  const said: string[] = [];

  beforeAll(async () => {
    models = await startScriptedModelServer();
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
    const channels = ['good', 'bad'].map((name) => ({ name, kind: 'webhook', url: `${url}/${name}` }));
    service = await startWholeSystem(models, { notifications: { channels, allowPrivateAddresses: true } });
    await service.app.listen(0, '127.0.0.1');
    options = { url: await service.app.getUrl(), by: 'ada' };
    jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  }, 60_000);
  beforeEach(() => (said.length = 0));
  afterAll(async () => {
    jest.restoreAllMocks();
    sink.close();
    await models?.close();
    await service?.close();
  });

  it('are listed', async () => {
    expect(await notify(options)).toBe(0);
    expect(said.join('\n')).toMatch(/^good: webhook to http:.*; nothing sent yet\nbad: /);
  });

  it('are tested, and the answer is "no" where one fails', async () => {
    expect(await notify({ ...options, test: true, channel: 'good' })).toBe(0);
    expect(await notify({ ...options, test: true })).toBe(1);
    expect(said).toEqual(['good: sent', 'good: sent\nbad: failed: answered 500']);
  });

  it('are named where there is none of that name', async () => {
    const usage = { code: 'usage' };
    await expect(notify({ ...options, test: true, channel: 'x' })).rejects.toMatchObject(usage);
    await expect(notify({ ...options, channel: 'good' })).rejects.toMatchObject(usage);
  });
});
