import {
  ContentGenerated,
  type ContentDocument,
  type EventData,
  GenerationFailed,
  Topic,
} from '@contentflow/contracts';
import {
  type AnsweringServer,
  completion,
  event,
  chunk,
  json,
  stream,
  type Answer,
} from '@contentflow/language-models/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { noteRecipe, startAnsweredGenerator } from './testing/answered-generator.ts';

const TEXT = 'Our steel bottle keeps drinks cold. It is light and it closes tightly.';

let server: AnsweringServer;
let service: TestedService;
let url: string;
let close: () => Promise<void>;
let made = 0;
/** What was asked for last. */
let contentId: string;
beforeAll(async () => {
  ({ server, service, url, close } = await startAnsweredGenerator(() => ({
    recipes: [noteRecipe, { ...noteRecipe, contentType: 'titled', output: { body: 'draft', title: 'draft' } }],
    gateway: { retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 1 } },
  })));
});
afterAll(() => close());

/** By a recipe, through the protocol: what came of it, and what it was recorded as. */
async function completed(more: object = {}) {
  const body = {
    model: 'contentflow/note',
    messages: [{ role: 'user', content: `A bottle, number ${++made}` }],
    ...more,
  };
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  contentId = /(?:chatcmpl-|\/v1\/content\/)([\w-]+)/.exec(text)?.[1] ?? '';
  return { status: response.status, text };
}
const of = async <Data extends { contentId: string }>(kind: string): Promise<Data> =>
  (await service.events<Data>(Topic.content)).find(({ type, data }) => type === kind && data.contentId === contentId)!
    .data;
const last = () => of<EventData<typeof ContentGenerated>>(ContentGenerated.type);
const failed = () => of<EventData<typeof GenerationFailed>>(GenerationFailed.type);
const rooms = () => server.received.map(({ body }) => body['max_tokens']);
const saying =
  (content: string, finish = 'stop'): Answer =>
  (response, asked) =>
    (asked.body['stream']
      ? stream(chunk({ content }), chunk({}, finish), event('[DONE]'))
      : json(completion({ content }, finish)))(response, asked);

describe('a text that was cut', () => {
  it('is made once more with twice the room', async () => {
    server.answers(saying('Our steel bot', 'length'), saying(TEXT));
    expect((await completed()).text).toContain(`"finish_reason":"stop"`);
    expect(rooms()).toEqual([200, 400]);
    expect((await last()).content.body).toBe(TEXT);
    expect(await last()).not.toHaveProperty('truncated');
  });

  it('is delivered with a flag where that does not help, and ends as it did', async () => {
    server.answers(saying('Our steel bot', 'length'));
    const { text } = await completed();
    expect(JSON.parse(text)).toMatchObject({
      choices: [{ finish_reason: 'length', message: { content: 'Our steel bot' } }],
    });
    expect(server.received).toHaveLength(2);
    expect(await service.get<ContentDocument>(`/v1/content/${contentId}`)).toMatchObject({ truncated: true });
  });

  it('is flagged, and not made again, where it was told as it came', async () => {
    server.answers(saying(`${TEXT} Our steel bot`, 'length'));
    expect((await completed({ stream: true })).text).toContain(`"finish_reason":"length"`);
    expect(server.received).toHaveLength(1);
    expect(await last()).toMatchObject({ truncated: true });
  });

  it('is made again, also told as it comes, where thoughts took all the room', async () => {
    server.answers(saying('<think>Hm, hm, hm, hm, hm, hm', 'length'), saying(TEXT));
    expect((await completed({ stream: true })).text).toContain(`"finish_reason":"stop"`);
    expect((await last()).content.body).toBe(TEXT);
  });

  it('is a failure where its model filtered it on the way', async () => {
    server.answers(saying('Our steel bot', 'content_filter'));
    expect((await completed()).status).toBe(503);
    expect(await failed()).toMatchObject({ failure: 'content_filter' });
  });

  it('is a failure where its server says so inside a choice', async () => {
    server.answers(
      json({
        choices: [
          { message: { content: 'Our steel bot' }, error: { code: 502, message: 'lost' }, finish_reason: 'error' },
        ],
      }),
    );
    expect((await completed()).status).toBe(503);
    expect(await failed()).toMatchObject({ failure: 'server_error' });
  });
});

describe('a text that something is wrapped around', () => {
  it.each([
    ['thoughts', `<think>They want a bottle.</think>\n\n${TEXT}`],
    ['thoughts', `They want a bottle.\n</think>\n\n${TEXT}`],
    ['tokens', `${TEXT}<|im_end|>`],
    ['fence', `\`\`\`markdown\n${TEXT}\n\`\`\``],
    ['preamble', `Sure! Here is your product description:\n\n${TEXT}`],
  ])('is delivered without it, title and body, and that is recorded: %s', async (kind, content) => {
    server.answers(saying(content));
    expect(JSON.parse((await completed({ model: 'contentflow/titled' })).text)).toMatchObject({
      choices: [{ message: { content: TEXT } }],
    });
    expect(await last()).toMatchObject({ content: { title: TEXT, body: TEXT }, unwrapped: [kind] });
  });

  it('is told so as it comes', async () => {
    server.answers(saying(`<think>They want a bottle.</think>${TEXT}<|im_end|>`));
    const { text } = await completed({ stream: true });
    expect(text).not.toMatch(/think|im_end/);
    expect(text).toContain('closes tightly');
  });

  it('is a failure where there is nothing else', async () => {
    server.answers(saying('<think>They want a bottle.'));
    expect((await completed()).status).toBe(503);
    expect(await failed()).toMatchObject({ failure: 'invalid_output' });
  });
});
