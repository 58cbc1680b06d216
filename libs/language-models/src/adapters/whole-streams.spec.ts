import type { ServerResponse } from 'node:http';
import {
  type Answer,
  type AnsweringServer,
  chunk,
  event,
  gatewayTo,
  nativeChat,
  startAnsweringServer,
  USAGE,
} from '../testing/answering-server.ts';

/** Servers that leave their stream open when all is said: what is whole is told as such and paid as it was counted, long before silence is a failure. */

let server: AnsweringServer;
beforeAll(async () => (server = await startAnsweringServer()));
afterAll(() => server.close());

const hungUp = Promise.withResolvers<void>();
const leftOpen =
  (pieces: readonly string[], after: (response: ServerResponse) => void = () => undefined): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(pieces.join(''));
    response.on('close', () => hungUp.resolve());
    after(response);
  };
const COUNTED = event({ choices: [], usage: USAGE });
const pinging = (response: ServerResponse): void => {
  const pings = setInterval(() => response.write(': ping\n\n'), 200);
  response.on('close', () => clearInterval(pings));
};

const named = (document: { readonly type: string }): string =>
  `event: ${document.type}\ndata: ${JSON.stringify(document)}\n\n`;
const MESSAGE = [
  named({ type: 'message_start', ...{ message: { usage: { input_tokens: 10, output_tokens: 1 } } } }),
  named({ type: 'content_block_start', ...{ index: 0, content_block: { type: 'text', text: 'Hello' } } }),
  named({ type: 'content_block_stop', ...{ index: 0 } }),
  named({ type: 'message_delta', ...{ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 20 } } }),
];
const HELLO = [chunk({ content: 'Hello' }), chunk({}, 'stop')];

describe('a stream that its server leaves open', () => {
  it.each<[string, 'openai-compatible' | 'anthropic', Answer]>([
    ['says nothing more', 'openai-compatible', leftOpen([...HELLO, COUNTED])],
    ['shows that it lives', 'openai-compatible', leftOpen([...HELLO, COUNTED], pinging)],
    [
      'counts a little later',
      'openai-compatible',
      leftOpen(HELLO, (response) => void setTimeout(() => response.write(COUNTED), 300)),
    ],
    ['says nothing more, in messages', 'anthropic', leftOpen([...MESSAGE, named({ type: 'message_stop' })])],
    ['leaves out that it stops, in messages', 'anthropic', leftOpen(MESSAGE, pinging)],
  ])('and %s is whole', async (_how, kind, answer) => {
    server.answers(answer);
    const one = gatewayTo({ kind, baseUrl: `${server.origin}/v1`, timeoutMs: 60_000 });
    const request = kind === 'anthropic' ? { onText: () => undefined } : nativeChat({}, () => undefined);
    expect(await one.ask(request)).toMatchObject({ text: 'Hello', finishReason: 'stop' });
    expect(server.received).toHaveLength(1);
    expect(await one.spentUsd()).toBeCloseTo(0.00021, 9);
    await hungUp.promise;
  });

  it('for longer than silence may last is whole all the same', async () => {
    server.answers(leftOpen([...HELLO, COUNTED]));
    const one = gatewayTo({ kind: 'openai-compatible', baseUrl: `${server.origin}/v1`, timeoutMs: 300 });
    expect(await one.ask(nativeChat({}, () => undefined))).toMatchObject({ text: 'Hello', finishReason: 'stop' });
    expect(await one.spentUsd()).toBeCloseTo(0.00021, 9);
  });

  it('before all of its choices have begun is not', async () => {
    server.answers(leftOpen([...HELLO, COUNTED]));
    const one = gatewayTo(
      { kind: 'openai-compatible', baseUrl: `${server.origin}/v1`, timeoutMs: 300 },
      { retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 1 } },
    );
    expect(await one.ask(nativeChat({ n: 2 }, () => undefined))).toMatchObject({ failure: 'timeout' });
  });
});
