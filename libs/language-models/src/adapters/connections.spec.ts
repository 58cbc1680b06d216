import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { GatewayFailure } from '../gateway/gateway-call.ts';
import { completion, chunk, event, gatewayTo, nativeChat, OPENAI_KINDS, USAGE } from '../testing/answering-server.ts';

/** What a server does with a request that it has read whole: the how manieth it is, and the how manieth on its connection, from 1. */
type Act = (socket: Socket, asked: { readonly number: number; readonly onConnection: number }) => void;

let act: Act;
let requests = 0;
let server: Server;
let baseUrl: string;

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    let text = '';
    let onConnection = 0;
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const [, length = '0'] = /content-length: (\d+)/i.exec(text) ?? [];
      const end = text.indexOf('\r\n\r\n');
      if (end === -1 || text.length < end + 4 + Number(length)) return;
      text = '';
      act(socket, { number: ++requests, onConnection: ++onConnection });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
beforeEach(() => (requests = 0));
afterAll(async () => {
  await Promise.all(opened.map(({ gateway }) => gateway.close()));
  server.close();
});

const opened: Pick<ReturnType<typeof gatewayTo>, 'gateway'>[] = [];
const WHOLE = JSON.stringify(completion({ content: 'Hello' }));
const EVENTS = chunk({ content: 'Hello' }) + chunk({}, 'stop', { usage: USAGE }) + event('[DONE]');
const answer = (body = WHOLE, head = 'HTTP/1.1 200 OK', more = ''): string => {
  const type = body === WHOLE ? 'application/json' : 'text/event-stream';
  return `${head}\r\ncontent-type: ${type}\r\n${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};
const CALL_USD = (10 + 20 * 10) / 1e6;

describe.each(OPENAI_KINDS)('a connection to %s', (kind) => {
  const open = () => {
    const gateway = gatewayTo({ kind, baseUrl });
    opened.push(gateway);
    return {
      ...gateway,
      /** Once the connection before it is free again. */
      ask: async (...asked: Parameters<typeof gateway.ask>) => {
        await pause(20);
        return gateway.ask(...asked);
      },
    };
  };

  it.each<[string, (socket: Socket) => void]>([
    ['resets', (socket) => socket.resetAndDestroy()],
    ['closes', (socket) => socket.end()],
  ])('that was kept and %s before anything is answered costs nothing: it is asked once more', async (_how, hangUp) => {
    const { ask, spentUsd, breaker } = open();
    act = (socket, { number }) => (number === 2 ? hangUp(socket) : socket.write(answer()));
    expect(await ask(nativeChat())).toMatchObject({ text: 'Hello' });
    const reply = await ask(nativeChat());
    expect(reply).toMatchObject({ text: 'Hello', calls: [{ attempt: 1, outcome: 'ok' }] });
    expect(requests).toBe(3);
    expect(await spentUsd()).toBeCloseTo(2 * CALL_USD, 9);
    expect(breaker()).toBe('closed');
  });

  it('that was kept and breaks off within its answer has cost what it may have', async () => {
    const { ask, spentUsd } = open();
    act = (socket, { number }) => {
      if (number === 1) return void socket.write(answer());
      if (number === 2) return void socket.write(answer().slice(0, 20), () => socket.resetAndDestroy());
      socket.write(answer());
    };
    await ask(nativeChat());
    const before = await spentUsd();
    expect(await ask(nativeChat())).toMatchObject({ calls: [{ outcome: 'connection' }, { outcome: 'ok' }] });
    expect((await spentUsd()) - before).toBeGreaterThan(2 * CALL_USD);
  });

  it('that is new and ends without an answer is asked again as ever', async () => {
    const { ask } = open();
    act = (socket, { number }) => (number === 1 ? socket.resetAndDestroy() : socket.write(answer()));
    expect(await ask(nativeChat())).toMatchObject({ calls: [{ outcome: 'connection' }, { outcome: 'ok' }] });
  });

  it.each([
    ['100 Continue', WHOLE],
    ['100 Continue', EVENTS],
    ['102 Processing', WHOLE],
    ['103 Early Hints', EVENTS],
  ])('may tell %s before its answer, unasked', async (interim, body) => {
    const { ask, spentUsd } = open();
    act = (socket) => socket.write(`HTTP/1.1 ${interim}\r\n\r\n${answer(body)}`);
    const asked = nativeChat({}, body === EVENTS ? () => undefined : undefined);
    for (let call = 1; call <= 3; call++)
      expect(await ask(asked)).toMatchObject({ text: 'Hello', calls: [{ attempt: 1, outcome: 'ok' }] });
    // One is asked twice, and from then on it is known.
    expect(requests).toBe(interim.startsWith('100') ? 4 : 3);
    expect(await spentUsd()).toBeCloseTo(3 * CALL_USD, 9);
  });

  it('that tells 100 Continue may fail like any other', async () => {
    const { ask } = open();
    act = (socket, { number }) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      if (number < 3) return void socket.write(answer());
      if (number === 3) return void socket.write(answer().slice(0, -5), () => socket.destroy());
      if (number === 4) return void socket.write(answer('{"error":{"message":"slow"}}', 'HTTP/1.1 429 Slow'));
      socket.write(answer());
    };
    await ask(nativeChat());
    expect(await ask(nativeChat())).toMatchObject({
      calls: [{ outcome: 'connection' }, { outcome: 'rate_limited' }, { outcome: 'ok' }],
    });
  });

  it('that was kept after a 100 Continue, and closed, is asked once more too', async () => {
    const { ask, spentUsd } = open();
    act = (socket, { number }) =>
      number === 4 ? socket.destroy() : socket.write(`HTTP/1.1 100 Continue\r\n\r\n${answer()}`);
    for (let call = 1; call <= 3; call++) expect(await ask(nativeChat())).toMatchObject({ calls: [{ outcome: 'ok' }] });
    expect(requests).toBe(5);
    expect(await spentUsd()).toBeCloseTo(3 * CALL_USD, 9);
  });

  it.each<[string, (socket: Socket) => void]>([
    [
      'a head of 40 KiB',
      (socket) => void socket.write(answer(WHOLE, undefined, `x-policy: ${'x'.repeat(40_000)}\r\n`)),
    ],
    ['no word for its status', (socket) => void socket.write(answer(WHOLE, 'HTTP/1.1 200'))],
    [
      'no length in HTTP/1.0',
      (socket) => void socket.end(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${WHOLE}`),
    ],
    ['letters beyond ASCII in its head', (socket) => void socket.write(answer(WHOLE, undefined, 'x-model: 模型\r\n'))],
    [
      'a trailer',
      (socket) =>
        void socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n${Buffer.byteLength(WHOLE).toString(16)}\r\n${WHOLE}\r\n0\r\nx-sum: 1\r\n\r\n`,
        ),
    ],
  ])('may answer with %s', async (_what, tell) => {
    act = tell;
    expect(await open().ask(nativeChat())).toMatchObject({ text: 'Hello', calls: [{ outcome: 'ok' }] });
  });

  it('that refuses a request before it has read it is heard', async () => {
    const early = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.end(
          'HTTP/1.1 413 Too Large\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 31\r\n\r\n{"error":{"message":"too big"}}',
        );
      });
    });
    await new Promise<void>((resolve) => early.listen(0, '127.0.0.1', resolve));
    const ofEarly = gatewayTo({ kind, baseUrl: `http://127.0.0.1:${(early.address() as AddressInfo).port}/v1` });
    opened.push(ofEarly);
    const { ask, spentUsd } = ofEarly;
    const failure = await ask(nativeChat({ messages: [{ role: 'user', content: 'x'.repeat(3_000_000) }] }));
    expect(failure).toBeInstanceOf(GatewayFailure);
    expect(failure).toMatchObject({ failure: 'bad_request', calls: [{ outcome: 'bad_request' }] });
    expect(await spentUsd()).toBe(0);
    early.close();
  });
});
