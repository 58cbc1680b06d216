import Anthropic from '@anthropic-ai/sdk';
import { createOpenAI } from 'ai-sdk-openai';
import { embedMany, generateObject, generateText, isStepCount, streamText, tool } from 'ai';
import {
  type AnsweringServer,
  chunk,
  json,
  obliging,
  startAnsweringServer,
} from '@contentflow/language-models/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { OpenAI } from 'openai';
import { zodFunction, zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { startTestedGenerator } from '../testing/tested-generator.ts';

const question = 'What is the capital of France?';
const messages = [{ role: 'user' as const, content: question }];
const city = z.object({ name: z.string(), people: z.number() });
const place = z.object({ place: z.string() });
const weatherTool = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'of a place',
    parameters: z.toJSONSchema(place) as Record<string, unknown>,
  },
};

let server: AnsweringServer;
let service: TestedService;
let url: string;

beforeAll(async () => {
  server = await startAnsweringServer();
  service = await startTestedGenerator({
    models: { baseUrl: `${server.origin}/v1` },
    configuration: {
      providers: [{ name: 'main', kind: 'openai-compatible', baseUrl: `${server.origin}/v1`, models: ['m'] }],
      gateway: {
        retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 5 },
        breaker: { consecutiveFailures: 1000, failureShare: 1 },
      },
    },
  });
  await service.app.listen(0, '127.0.0.1');
  url = await service.app.getUrl();
});
beforeEach(() => server.answers(obliging));
afterAll(async () => {
  await service.close();
  await server.close();
});

describe("OpenAI's own client", () => {
  const openai = (more: object = {}): OpenAI =>
    new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0, ...more });

  it('chats, whole and streamed', async () => {
    const whole = await openai().chat.completions.create({ model: 'm', messages });
    expect(whole.choices[0]!.message.content).toContain('Paris');
    const reported = openai().chat.completions.stream({ model: 'm', messages });
    expect(await reported.finalContent()).toContain('Paris');
  });

  it('parses what is structured, and runs tools', async () => {
    const client = openai();
    const parsed = await client.chat.completions.parse({
      model: 'm',
      messages,
      response_format: zodResponseFormat(city, 'city'),
    });
    expect(parsed.choices[0]!.message.parsed).toEqual({ name: 'Paris', people: 7 });
    const asked: unknown[] = [];
    const run = client.chat.completions.runTools({
      model: 'm',
      messages,
      tools: [zodFunction({ name: 'weather', parameters: place, function: (given) => (asked.push(given), 'sunny') })],
    });
    expect(await run.finalContent()).toContain('Paris');
    expect(asked).toEqual([{ place: 'Paris' }]);
  });

  it('asks for responses, structured, streamed, with tools that go on', async () => {
    const client = openai();
    const parsed = await client.responses.parse({
      model: 'm',
      input: question,
      text: { format: zodTextFormat(city, 'city') },
    });
    expect(parsed.output_parsed).toEqual({ name: 'Paris', people: 7 });
    expect((await client.responses.stream({ model: 'm', input: question }).finalResponse()).output_text).toContain(
      'Paris',
    );
    const { name, description, parameters } = weatherTool.function;
    const tools = [{ type: 'function' as const, name, description, parameters, strict: true }];
    const first = await client.responses.create({ model: 'm', input: 'weather?', tools });
    const [call] = first.output as OpenAI.Responses.ResponseFunctionToolCall[];
    const output = [{ type: 'function_call_output' as const, call_id: call!.call_id, output: 'sunny' }];
    const last = await client.responses.create({ model: 'm', previous_response_id: first.id, input: output, tools });
    expect(last.output_text).toContain('Paris');
  });

  it('embeds, completes, and lists models', async () => {
    const { data } = await openai().embeddings.create({ model: 'm', input: ['a', 'b'] });
    expect([...data[1]!.embedding]).toEqual([0.5, -0.25, 0.125]);
    expect((await openai().completions.create({ model: 'm', prompt: question })).choices[0]!.text).toContain('Paris');
    expect((await openai().models.list()).data.map(({ id }) => id)).toContain('m');
    expect(await openai().models.retrieve('m')).toMatchObject({ id: 'm' });
  });

  it.each([
    [400, OpenAI.BadRequestError],
    [404, OpenAI.NotFoundError],
    [422, OpenAI.UnprocessableEntityError],
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
  ])('raises the class that fits %d, on every endpoint', async (status, Class) => {
    const document = { error: { message: 'no', code: status === 404 ? 'model_not_found' : 'some_code' } };
    server.answers(json(document, status));
    const client = openai();
    await expect(client.chat.completions.create({ model: 'm', messages })).rejects.toThrow(Class);
    await expect(client.responses.create({ model: 'm', input: question })).rejects.toThrow(Class);
    await expect(client.completions.create({ model: 'm', prompt: question })).rejects.toThrow(Class);
    await expect(client.embeddings.create({ model: 'm', input: 'a' })).rejects.toThrow(Class);
  });

  it('does not try again what was tried as often as it makes sense', async () => {
    server.answers(json({ error: { message: 'busy' } }, 500));
    await expect(openai({ maxRetries: 2 }).chat.completions.create({ model: 'm', messages })).rejects.toThrow(
      OpenAI.InternalServerError,
    );
    expect(server.received).toHaveLength(1);
  });

  it('may leave half-way, and then so does the call', async () => {
    const gone = Promise.withResolvers<void>();
    server.answers((response, { path }) => {
      if (!path.endsWith('/chat/completions')) return void response.writeHead(404).end();
      response.once('close', () => gone.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'One.' }));
    });
    const reported = await openai().responses.create({ model: 'm', input: question, stream: true });
    for await (const each of reported) if (each.type === 'response.output_text.delta') break;
    reported.controller.abort();
    await gone.promise;
  });
});

describe('the AI SDK', () => {
  const provider = () => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'none' });
  const weather = tool({ inputSchema: place, execute: async () => 'sunny' });
  const models = [
    ['openai(m), which is a response', () => provider()('m')],
    ['openai.chat(m)', () => provider().chat('m')],
  ] as const;

  it.each(models)('generates, streams and keeps to a schema with %s', async (_name, model) => {
    const { text, usage } = await generateText({ model: model(), prompt: question, maxRetries: 0 });
    expect(text).toContain('Paris');
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 20 });
    const reported = streamText({ model: model(), prompt: question, maxRetries: 0 });
    expect(await reported.text).toContain('Paris');
    const { object } = await generateObject({ model: model(), prompt: question, schema: city, maxRetries: 0 });
    expect(object).toEqual({ name: 'Paris', people: 7 });
  });

  it.each(models)('runs tools in several steps with %s', async (_name, model) => {
    const more = { prompt: 'weather?', tools: { weather }, stopWhen: isStepCount(3), maxRetries: 0 };
    const whole = await generateText({ model: model(), ...more });
    expect(whole.steps).toHaveLength(2);
    expect(whole.text).toContain('Paris');
    const reported = streamText({ model: model(), ...more });
    expect(await reported.text).toContain('Paris');
  });

  it('completes and embeds', async () => {
    const { text } = await generateText({ model: provider().completion('m'), prompt: question, maxRetries: 0 });
    expect(text).toContain('Paris');
    const { embeddings } = await embedMany({ model: provider().embedding('m'), values: ['a', 'b'], maxRetries: 0 });
    expect(embeddings).toEqual([
      [0.5, -0.25, 0.125],
      [0.5, -0.25, 0.125],
    ]);
  });
});

describe('LangChain.js', () => {
  const model = (more: object = {}): ChatOpenAI =>
    new ChatOpenAI({ model: 'm', apiKey: 'none', maxRetries: 0, configuration: { baseURL: `${url}/v1` }, ...more });

  it.each([
    ['chat completions', {}],
    ['responses', { useResponsesApi: true }],
  ])('invokes, streams, calls tools and keeps to a schema by %s', async (_name, more) => {
    const turns = [new SystemMessage('Be brief.'), new HumanMessage(question)];
    expect((await model(more).invoke(turns)).text).toContain('Paris');
    let text = '';
    for await (const each of await model(more).stream(question)) text += each.text;
    expect(text).toContain('Paris');
    const called = await model(more).bindTools([weatherTool]).invoke('weather?');
    expect(called.tool_calls).toMatchObject([{ name: 'weather', args: { place: 'Paris' } }]);
    expect(await model(more).withStructuredOutput(city).invoke(question)).toEqual({ name: 'Paris', people: 7 });
  });

  it('embeds', async () => {
    const embeddings = new OpenAIEmbeddings({
      model: 'm',
      apiKey: 'none',
      maxRetries: 0,
      configuration: { baseURL: `${url}/v1` },
    });
    expect(await embeddings.embedDocuments(['a'])).toEqual([[0.5, -0.25, 0.125]]);
  });
});

describe("Anthropic's own client", () => {
  const anthropic = (): Anthropic => new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
  const asked = { model: 'm', max_tokens: 50, messages };

  it('gets messages, whole and streamed', async () => {
    const whole = await anthropic().messages.create(asked);
    expect(whole).toMatchObject({ stop_reason: 'end_turn', usage: { input_tokens: 10, output_tokens: 20 } });
    const reported = anthropic().messages.stream(asked);
    expect(await reported.finalText()).toContain('Paris');
    expect((await reported.finalMessage()).usage).toMatchObject({ input_tokens: 10, output_tokens: 20 });
  });

  it('calls tools, streamed, and goes on', async () => {
    const tools = [{ name: 'weather', input_schema: weatherTool.function.parameters as Anthropic.Tool.InputSchema }];
    const first = await anthropic()
      .messages.stream({ ...asked, tools })
      .finalMessage();
    const use = first.content.find((each) => each.type === 'tool_use')!;
    expect(use.input).toEqual({ place: 'Paris' });
    const result = { type: 'tool_result' as const, tool_use_id: use.id, content: 'sunny' };
    const turns = [
      ...messages,
      { role: 'assistant' as const, content: first.content },
      { role: 'user' as const, content: [result] },
    ];
    expect((await anthropic().messages.create({ ...asked, tools, messages: turns })).content).toMatchObject([
      { type: 'text' },
    ]);
  });

  it.each([
    [400, Anthropic.BadRequestError],
    [404, Anthropic.NotFoundError],
    [429, Anthropic.RateLimitError],
    [500, Anthropic.InternalServerError],
  ])('raises the class that fits %d', async (status, Class) => {
    server.answers(json({ error: { message: 'no', code: 'some_code' } }, status));
    await expect(anthropic().messages.create(asked)).rejects.toThrow(Class);
  });
});
