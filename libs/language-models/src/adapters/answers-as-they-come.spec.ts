import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { until } from '@contentflow/kernel/testing';
import type { Socket } from 'node:net';
import {
  type Answer,
  type AnsweringServer,
  chunk,
  completion,
  event,
  gatewayTo,
  nativeChat,
  json,
  OPENAI_KINDS,
  startAnsweringServer,
  stream,
  USAGE,
} from '../testing/answering-server.ts';

let server: AnsweringServer;
beforeAll(async () => (server = await startAnsweringServer()));
afterAll(() => server.close());

const WHOLE = completion({ content: 'Hello' });
const sent =
  (body: string | Buffer, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(200, headers);
    response.end(body);
  };
const lines = (text: string) => text.replaceAll('\n', '\r');

describe.each(OPENAI_KINDS)('what %s sends', (kind) => {
  const open = (policy: object = {}, more: object = {}) =>
    gatewayTo({ kind, baseUrl: `${server.origin}/v1`, ...more }, policy);
  const streamed = async (...pieces: string[]) => {
    server.answers(stream(...pieces));
    const reported: string[] = [];
    const reply = await open().ask(nativeChat({}, (text) => reported.push(text)));
    return { reply, reported: reported.map((text) => JSON.parse(text) as unknown) };
  };
  const hello = {
    id: 'theirs',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: null }],
  };
  const end = { ...hello, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };

  it.each<[string, string[]]>([
    ['heartbeats without data', ['data:\n\n', event(hello), 'data: \n\n', event(end), 'data\n\n', event('[DONE]')]],
    ['heartbeats of nothing', ['data: null\n\n', event(hello), event(end), event('[DONE]')]],
    ['heartbeats of a name', ['event: ping\ndata: {"type":"ping"}\n\n', event(hello), event(end), event('[DONE]')]],
    [
      'several lines of data',
      [
        `data: {"id":"theirs","object":"chat.completion.chunk",\ndata: "choices":[{"index":0,\ndata:"delta":{"content":"Hello"},"finish_reason":null}]}\n\n`,
        event(end),
        event('[DONE]'),
      ],
    ],
    ['carriage returns alone', [lines(event(hello)), lines(event(end)), lines(event('[DONE]'))]],
    ['line ends of both kinds', [event(hello).replaceAll('\n', '\r\n'), event(end), event('[DONE]')]],
    ['no space behind the colon', [event(hello).replace(': ', ':'), event(end).replace(': ', ':'), 'data:[DONE]\n\n']],
    ['a byte order mark', [`\uFEFF${event(hello)}`, event(end), event('[DONE]')]],
    ['no blank line at its end', [event(hello), event(end), 'data: [DONE]']],
    ['no word that it is done', [event(hello), event(end)]],
    ['two events without a blank line between them', [event(hello).trimEnd(), '\n', event(end), event('[DONE]')]],
    ['the end in the event of the last chunk', [event(hello), `${event(end).trimEnd()}\ndata: [DONE]\n\n`]],
    ['a field that is named twice', [`data: ${event(hello)}`, `data:${event(end)}`, event('[DONE]')]],
    ['blanks around the end', [event(hello), event(end), 'data:   [DONE]  \n\n']],
    ['the end in other words', [event(hello), event(end), 'data: "[DONE]"\n\n', event({ error: 'late' })]],
    ['comments between its events', [`: one\n${event(hello)}`, ':two\n\n', event(end), ':\n\n', event('[DONE]')]],
    ['data after names', [`data: ${JSON.stringify(hello)}\nevent: message\nid:\n\n`, event(end), event('[DONE]')]],
    [
      'heartbeats of other names',
      ['event: heartbeat\ndata: {}\n\n', event(hello), 'event: keep-alive\ndata: x\n\n', event(end)],
    ],
    ['words behind its end', [event(hello), event(end), 'event: done\ndata: done\n\n']],
    ['a broken retry', ['retry: soon\n\n', event(hello), event(end), event('[DONE]')]],
    ['words that belong nowhere', ['hello there\n\n', event(hello), 'foo: {"a":1}\n\n', event(end), event('[DONE]')]],
    ['names, numbers and waits', [`id: 1\nretry: 10\nevent: message\n${event(hello)}`, event(end), event('[DONE]')]],
  ])('may hold %s', async (_what, pieces) => {
    const { reply, reported } = await streamed(...pieces);
    expect(reply).toMatchObject({ text: 'Hello', finishReason: 'stop' });
    expect(reported).toEqual([hello, end]);
    expect(server.received).toHaveLength(1);
  });

  it.each([1, 2, 3, 7, 64])('may come in pieces of %d bytes, cut through letters and line ends', async (size) => {
    const text = 'Grüße, 模型 🙂!';
    const whole = Buffer.from(
      [`\uFEFF: hi\r\n\r\n`, chunk({ content: text }), chunk({}, 'stop'), event('[DONE]')]
        .join('')
        .replaceAll('\n', '\r\n'),
    );
    server.answers((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let at = 0; at < whole.length; at += size) response.write(whole.subarray(at, at + size));
      response.end();
    });
    const told: string[] = [];
    expect(await open().ask(nativeChat({}, (piece) => told.push(piece)))).toMatchObject({ text });
    expect(told).toHaveLength(2);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['without the end of its transfer', (socket) => void socket.end()],
    ['by a reset', (socket) => void socket.resetAndDestroy()],
  ])('is whole where it says why it ends and its server hangs up %s', async (_how, hangUp) => {
    const told: string[] = [];
    server.answers((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(hello) + event({ ...end, usage: USAGE }));
      void until(() => told.length === 2).then(() => hangUp(response.socket!));
    });
    const { ask, spentUsd } = open();
    expect(await ask(nativeChat({}, (text) => told.push(text)))).toMatchObject({ text: 'Hello', tokensOut: 20 });
    expect(await spentUsd()).toBeCloseTo(0.00021, 9);
  });

  it('is half a stream where its server says with each piece that it ends, and hangs up', async () => {
    const told: string[] = [];
    server.answers((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'Hel' }, 'stop') + chunk({ content: 'lo' }, 'stop'));
      void until(() => told.length === 2).then(() => response.socket?.resetAndDestroy());
    });
    expect(await open().ask(nativeChat({}, (text) => told.push(text)))).toMatchObject({ failure: 'connection' });
    const ended = [chunk({ content: 'Hel' }, 'stop'), chunk({ content: 'lo' }, 'stop'), event('[DONE]')];
    expect((await streamed(...ended)).reply).toMatchObject({ text: 'Hello', finishReason: 'stop' });
  });

  it('is half a stream where its server hangs up with one of its choices unfinished, and another is not', async () => {
    const told: string[] = [];
    server.answers((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const of = (index: number, finish_reason: string | null) =>
        event({ choices: [{ index, delta: { content: 'A' }, finish_reason }] });
      response.write(of(0, 'stop') + of(1, null) + of(0, null));
      void until(() => told.length === 3).then(() => response.socket?.resetAndDestroy());
    });
    expect(await open().ask(nativeChat({ n: 2 }, (text) => told.push(text)))).toMatchObject({ failure: 'connection' });
  });

  it('may hold a line of a million letters', async () => {
    const long = 'x'.repeat(1_000_000);
    expect((await streamed(chunk({ content: long }), chunk({}, 'stop'), event('[DONE]'))).reply).toMatchObject({
      text: long,
    });
  });

  it('may be whole although it calls itself a stream', async () => {
    server.answers(sent(JSON.stringify(WHOLE, null, 2), { 'content-type': 'text/event-stream' }));
    const told: string[] = [];
    expect(await open().ask(nativeChat({}, (piece) => told.push(piece)))).toMatchObject({ text: 'Hello' });
  });

  it.each<[string, unknown]>([
    ['a reason that is no word', ''],
    ['a reason that is null as a word', 'null'],
  ])('is no end with %s', async (_what, reason) => {
    const going = { ...hello, choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: reason }] };
    expect((await streamed(event(going))).reply).toMatchObject({ failure: 'malformed_reply' });
    expect((await streamed(event(going), event(end))).reply).toMatchObject({ text: 'Hello', finishReason: 'stop' });
  });

  it.each([
    ['stop', 'eos', 'stop_sequence', 'end_turn', 'STOP', 'COMPLETE', 'completed'],
    [
      'length',
      'max_tokens',
      'MAX_TOKENS',
      'model_length',
      'model_context_window_exceeded',
      'max_length',
      'timeout',
      'length_limit',
      'token_limit_reached',
    ],
    [
      'content_filter',
      'SAFETY',
      'content_filter: RECITATION',
      'PROHIBITED_CONTENT',
      'sensitive',
      'refusal',
      'content-filter',
      'IMAGE_SAFETY',
      'IMAGE_PROHIBITED_CONTENT',
      'guardrail_intervened',
      'content_filtered',
    ],
    ['tool_calls', 'function_call', 'tool_use', 'tool_call'],
  ])('ends for the reason %s under each of its names', async (reason, ...names) => {
    for (const name of [reason, ...names]) {
      const { reply } = await streamed(chunk({ content: 'Hello' }), chunk({}, name), event('[DONE]'));
      expect({ name, reason: (reply as { finishReason?: string }).finishReason }).toEqual({ name, reason });
    }
  });

  it('may name a tool whole in each piece of its call', async () => {
    const call = (given: string) => ({
      tool_calls: [{ index: 0, id: 'a', function: { name: 'weather', arguments: given } }],
    });
    const { reply } = await streamed(chunk(call('{"a":')), chunk(call('1}')), chunk({}, 'tool_calls'), event('[DONE]'));
    expect(reply).toMatchObject({ toolCalls: [{ id: 'a', name: 'weather', arguments: '{"a":1}' }] });
  });

  it('ends without a reason where it says that it is done, and has counted', async () => {
    const counted = { ...hello, choices: [], usage: USAGE };
    expect((await streamed(event(hello), event(counted), event('[DONE]'))).reply).toMatchObject({
      text: 'Hello',
      finishReason: 'stop',
      tokensOut: 20,
    });
    expect((await streamed(event({ ...hello, usage: USAGE }), event('[DONE]'))).reply).toMatchObject({ text: 'Hello' });
  });

  it.each<[string, string[]]>([
    ['breaks off', [event(hello)]],
    ['is done, but has counted nothing', [event(hello), event('[DONE]')]],
    ['has counted, but does not say that it is done', [event({ ...hello, usage: USAGE })]],
  ])('is half a text where it %s', async (_what, pieces) => {
    expect((await streamed(...pieces)).reply).toMatchObject({ failure: 'malformed_reply' });
  });

  it.each<[string, object]>([
    ['a choice in the chunk that counts', { ...end, usage: USAGE }],
    ['a count in every chunk', { ...hello, usage: { ...USAGE, completion_tokens: 1 } }],
    ['a count of its own', { ...hello, choices: [], usage: USAGE }],
  ])('tells what was counted to those who asked alone: %s', async (_what, counting) => {
    const pieces = [
      event(hello),
      event(counting),
      event(end),
      event({ ...hello, choices: [], usage: USAGE }),
      event('[DONE]'),
    ];
    const { reported } = await streamed(...pieces);
    expect(JSON.stringify(reported)).not.toContain('usage');
    expect(reported).toContainEqual(hello);
    server.answers(stream(...pieces));
    const asked: string[] = [];
    await open().ask(nativeChat({ stream_options: { include_usage: true } }, (text) => asked.push(text)));
    expect(asked.map(event)).toEqual(pieces.slice(0, -1));
  });

  it('begins, and comments, before there is a word of it', async () => {
    const going = Promise.withResolvers<void>();
    server.answers((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req-3' });
      response.write(': PROCESSING\n\n');
      void going.promise.then(() => response.end(chunk({ content: 'Hello' }, 'stop') + event('[DONE]')));
    });
    const reported: unknown[] = [];
    const request = nativeChat({}, (text) => reported.push(JSON.parse(text)));
    const ended = open().ask({
      ...request,
      verbatim: {
        ...request.verbatim!,
        onOpen: (headers) => reported.push(headers),
        onComment: (comment) => reported.push(comment),
      },
    });
    await until(() => reported.length === 2);
    expect(reported).toEqual([{ 'x-upstream-request-id': 'req-3' }, 'PROCESSING']);
    going.resolve();
    expect(await ended).toMatchObject({ text: 'Hello' });
  });

  it.each<[string, string | Buffer, Record<string, string>]>([
    ['gzip', gzipSync(JSON.stringify(WHOLE)), { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    [
      'brotli',
      brotliCompressSync(JSON.stringify(WHOLE)),
      { 'content-type': 'application/json', 'content-encoding': 'br' },
    ],
    [
      'deflate',
      deflateSync(JSON.stringify(WHOLE)),
      { 'content-type': 'application/json', 'content-encoding': 'deflate' },
    ],
    [
      'zstandard',
      zstdCompressSync(JSON.stringify(WHOLE)),
      { 'content-type': 'application/json', 'content-encoding': 'ZSTD' },
    ],
    ['deflate without its header', deflateRawSync(JSON.stringify(WHOLE)), { 'content-encoding': 'deflate' }],
    ['gzip of gzip', gzipSync(gzipSync(JSON.stringify(WHOLE))), { 'content-encoding': 'gzip, gzip' }],
    ['gzip, as it says, and is not', JSON.stringify(WHOLE), { 'content-encoding': 'gzip' }],
    ['nothing that is packed', JSON.stringify(WHOLE), { 'content-encoding': 'identity' }],
    ['JSON behind a mark of byte order', `\uFEFF${JSON.stringify(WHOLE)}`, { 'content-type': 'application/json' }],
    ['text', JSON.stringify(WHOLE), { 'content-type': 'text/plain; charset=utf-8' }],
    ['no type', JSON.stringify(WHOLE), {}],
    ['bytes', `\n ${JSON.stringify(WHOLE)}`, { 'content-type': 'application/octet-stream' }],
    ['a type of its own', JSON.stringify(WHOLE), { 'content-type': 'application/vnd.model+json' }],
    ['even a page', JSON.stringify(WHOLE), { 'content-type': 'text/html' }],
  ])('may come as %s', async (_what, body, headers) => {
    server.answers(sent(body, headers));
    expect(await open().ask(nativeChat())).toMatchObject({ text: 'Hello' });
    expect(server.received).toHaveLength(1);
  });

  it.each<[string, string | Buffer, Record<string, string>]>([
    [
      'gzip',
      gzipSync(chunk({ content: 'Hello' }, 'stop')),
      { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' },
    ],
    ['text', chunk({ content: 'Hello' }, 'stop'), { 'content-type': 'text/plain' }],
    ['JSON, as it says', chunk({ content: 'Hello' }, 'stop'), { 'content-type': 'application/json' }],
    [
      'deflate without its header',
      deflateRawSync(chunk({ content: 'Hello' }, 'stop')),
      { 'content-type': 'text/event-stream', 'content-encoding': 'deflate' },
    ],
    ['no type', `: hello\n\n${chunk({ content: 'Hello' }, 'stop')}`, {}],
  ])('may stream as %s', async (_what, body, headers) => {
    server.answers(sent(body, headers));
    const reported: string[] = [];
    expect(await open().ask(nativeChat({}, (text) => reported.push(text)))).toMatchObject({ text: 'Hello' });
    expect(reported).toHaveLength(1);
  });

  it('may be whole where a stream was asked for, and a stream where none was', async () => {
    server.answers(json(WHOLE));
    const reported: string[] = [];
    expect(await open().ask({ onText: (piece) => reported.push(piece) })).toMatchObject({ text: 'Hello' });
    expect(reported).toEqual(['Hello']);
    server.answers(stream(chunk({ content: 'Hel' }), chunk({ content: 'lo' }, 'stop'), event('[DONE]')));
    expect(await open().ask()).toMatchObject({ text: 'Hello' });
  });

  it('may hold numbers that are none, as log probabilities: null stands for each, and words are left as they are', async () => {
    const logprobs = { content: [{ token: 'NaN', logprob: -1, top_logprobs: [-2, -3, -4] }] };
    const text = 'NaN, "Infinity" and \\';
    const told = (value: object): string =>
      JSON.stringify(value).replace('-2', 'NaN').replace('-3', '-Infinity').replace('-4', 'Infinity');
    const expected = [{ logprobs: { content: [{ token: 'NaN', logprob: -1, top_logprobs: [null, null, null] }] } }];

    const choice = { index: 0, finish_reason: 'stop', logprobs };
    server.answers(sent(told({ ...WHOLE, choices: [{ ...choice, message: { role: 'assistant', content: text } }] })));
    const reply = (await open().ask(nativeChat())) as { verbatim?: string };
    expect(reply).toMatchObject({ text });
    expect(JSON.parse(String(reply.verbatim))).toMatchObject({ choices: expected });

    const piece = told({ ...hello, choices: [{ ...choice, delta: { content: text } }] });
    const { reply: read, reported } = await streamed(`data: ${piece}\n\n`, event('[DONE]'));
    expect(read).toMatchObject({ text });
    expect(reported).toMatchObject([{ choices: expected }]);
  });

  it('may tell its errors compressed', async () => {
    const body = gzipSync(JSON.stringify({ error: { message: 'too long', code: 'context_length_exceeded' } }));
    server.answers((response) => {
      response.writeHead(400, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(body);
    });
    expect(await open().ask()).toMatchObject({
      failure: 'bad_request',
      detail: { refusal: { code: 'context_length_exceeded' } },
    });
  });

  it('is read no further than it must, however small it was packed', async () => {
    const bomb = gzipSync(Buffer.alloc(56 * 1024 * 1024, ' '));
    server.answers(sent(bomb, { 'content-type': 'application/json', 'content-encoding': 'gzip' }));
    expect(await open().ask()).toMatchObject({ failure: 'malformed_reply' });
  });

  /** A word every so many milliseconds. */
  const dripping =
    (everyMs: number, words: number): Answer =>
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      let left = words;
      const timer = setInterval(() => {
        if (left-- > 0) return void response.write(chunk({ reasoning_content: 'hm ' }));
        response.end(chunk({ content: 'Hello' }, 'stop') + event('[DONE]'));
      }, everyMs);
      response.on('close', () => clearInterval(timer));
    };

  it('may take longer than the silence that is allowed, as long as it is not silent', async () => {
    server.answers(dripping(50, 30));
    const { ask } = open({ timeoutMs: 1000 }, { timeoutMs: 1000 });
    expect(await ask({ onText: () => undefined })).toMatchObject({ text: 'Hello' });
    server.answers(dripping(50, 30));
    expect(await ask(nativeChat({}, () => undefined))).toMatchObject({ text: 'Hello' });
  });

  it.each([
    [
      'silent',
      { timeoutMs: 300 },
      (response: Parameters<Answer>[0]) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': \n\n'),
    ],
    ['longer than is allowed in all', { timeoutMs: 5000, totalTimeoutMs: 300 }, dripping(20, 1e6)],
  ])('ends when it is %s', async (_what, limits, answer) => {
    server.answers(answer as Answer);
    const { ask } = open({ retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 1 } }, limits);
    expect(await ask({ onText: () => undefined })).toMatchObject({ failure: 'timeout' });
  });
});

describe.each(['openai-compatible', 'openai', 'ollama', 'anthropic'] as const)('the address of %s', (kind) => {
  const path = kind === 'anthropic' ? 'messages' : 'chat/completions';
  it.each([
    ['/v1?api-version=2024-10-21', `/v1/${path}?api-version=2024-10-21`],
    ['/openai/deployments/d/?api-version=1&x=y', `/openai/deployments/d/${path}?api-version=1&x=y`],
    ['/v1/', `/v1/${path}`],
    ['/v1?', `/v1/${path}`],
    ['/v1//', `/v1/${path}`],
    [`/v1/${path}`, `/v1/${path}`],
    [`/v1/${path}/?api-version=1`, `/v1/${path}?api-version=1`],
    ['/api/paas/v4', `/api/paas/v4/${path}`],
    ['/v1beta/openai/', `/v1beta/openai/${path}`],
    ['/?x=1', kind === 'openai-compatible' ? `/${path}?x=1` : `/v1/${path}?x=1`],
    ['', kind === 'openai-compatible' ? `/${path}` : `/v1/${path}`],
  ])('keeps its query: %s', async (base, expected) => {
    server.answers(json({}, 500));
    await gatewayTo({ kind, baseUrl: server.origin + base }).ask();
    expect(server.received[0]?.path).toBe(expected);
  });

  it('may name a user and a password, which nobody is told', async () => {
    if (kind === 'anthropic') return;
    server.answers(json({ error: { message: 'no: p@ss:模型-4711' } }, 500));
    const base = server.origin.replace('//', `//ann:${encodeURIComponent('p@ss:模型-4711')}@`);
    const ended = await gatewayTo({ kind, baseUrl: `${base}/v1`, apiKey: undefined }).ask();
    const [, shown = ''] = String(server.received[0]?.headers.authorization).split(' ');
    expect(Buffer.from(shown, 'base64').toString('utf8')).toBe('ann:p@ss:模型-4711');
    expect(JSON.stringify(ended) + String(ended)).not.toContain('4711');
  });

  it('may want headers of its own, which nobody is told', async () => {
    const headers = { 'api-key': 'the-key-of-the-cloud', 'OpenAI-Organization': 'org-1' };
    server.answers(json({ error: { message: 'no: the-key-of-the-cloud' } }, 500));
    const ended = await gatewayTo({ kind, baseUrl: `${server.origin}/v1`, headers }).ask();
    expect(server.received[0]?.headers).toMatchObject({
      'api-key': 'the-key-of-the-cloud',
      'openai-organization': 'org-1',
    });
    expect(JSON.stringify(ended) + String(ended)).not.toContain('the-key-of-the-cloud');
  });

  it('shows its own authorization alone, in whatever case it is named', async () => {
    if (kind === 'anthropic') return;
    server.answers(json({}, 500));
    await gatewayTo({ kind, baseUrl: `${server.origin}/v1`, headers: { Authorization: 'Token of-the-house' } }).ask();
    expect(server.received[0]?.headers.authorization).toBe('Token of-the-house');
  });
});
