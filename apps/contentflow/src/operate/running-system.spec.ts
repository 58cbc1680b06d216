import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ask } from './running-system.ts';

describe('asking a running system', () => {
  let server: Server;
  let url: string;
  const operators: unknown[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      operators.push(request.headers['x-operator']);
      response.end('{}');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((closed) => server.close(closed)));

  it.each(['localhost:4000', '127.0.0.1:4000', '', 'ftp://localhost', 'http://'])(
    'names what is no address: %j',
    async (wrong) => {
      await expect(ask({ url: wrong, by: 'ada' }, 'GET', '/v1/proposals')).rejects.toMatchObject({
        code: 'configuration',
        field: '--url',
      });
    },
  );

  it.each(['ключ', 'a key', 'key\n'])('names what is no key, without telling it: %j', async (key) => {
    await expect(ask({ url, by: 'ada', key }, 'GET', '/v1/proposals')).rejects.toMatchObject({
      field: '--key',
      message: expect.not.stringContaining(key),
    });
  });

  it('says the name of whoever speaks in any letters', async () => {
    for (const by of ['ada', 'Łukasz 张', 'Jürgen', "UTF-8''x"]) await ask({ url, by }, 'GET', '/v1/proposals');
    expect(operators).toEqual(['ada', "UTF-8''%C5%81ukasz%20%E5%BC%A0", "UTF-8''J%C3%BCrgen", "UTF-8''x"]);
  });
});
