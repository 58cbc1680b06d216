import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { chunk, completion, json } from '@contentflow/language-models/testing';
import { persistentGateway, startAnsweredGenerator } from '../testing/answered-generator.ts';

const LETTERS = 64 * 1024;
const PIECE = chunk({ content: 'x'.repeat(LETTERS) });
const PIECES = 400;

/** Writes as fast as it is read. */
function writeAll(response: ServerResponse): { readonly written: () => number } {
  let written = 0;
  const write = (): void => {
    while (written < PIECES) {
      written++;
      if (!response.write(PIECE)) return void response.once('drain', write);
    }
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  write();
  return { written: () => written };
}

function asked(url: string, headers: string): Socket {
  const { hostname, port, host } = new URL(url);
  const body = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Write.' }] });
  const socket = connect(Number(port), hostname).pause();
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nconnection: close\r\n`;
  socket.write(`${head}${headers}content-length: ${body.length}\r\n\r\n${body}`);
  return socket;
}

it.each([
  ['past Fastify', ''],
  ['through it', 'idempotency-key: k\r\n'],
])('a reader who stops holds the server up, and nothing is lost (%s)', async (_way, headers) => {
  const { server, url, close } = await startAnsweredGenerator((baseUrl) => ({
    providers: [{ name: 'p', kind: 'openai-compatible', baseUrl, models: ['m'] }],
    gateway: persistentGateway,
  }));
  try {
    const begun = Promise.withResolvers<ReturnType<typeof writeAll>>();
    server.answers((response) => begun.resolve(writeAll(response)), json(completion({ content: 'short' })));
    const socket = asked(url, headers);
    const { written } = await begun.promise;
    for (let others = 0; others < 200; others++)
      await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Write.' }] }),
      }).then((response) => response.text());
    expect(written()).toBeLessThan(PIECES);

    let read = '';
    for await (const piece of socket as AsyncIterable<Buffer>) read += piece.toString('latin1');

    expect(read.replaceAll(/[^x]/g, '').length).toBeGreaterThanOrEqual(PIECES * LETTERS);
    expect(read).toContain('data: [DONE]');
  } finally {
    await close();
  }
});
