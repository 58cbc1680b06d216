import { ContentWatched, GenerationProgressed, Topic } from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';
import { startTestedGenerator } from './testing/tested-generator.ts';

interface ReportedEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

describe('what happens to a content item, as server-sent events', () => {
  const models = new ScriptedModelServer();
  let service: TestedService;
  let origin: string;

  beforeAll(async () => {
    await models.start();
    service = await startTestedGenerator({ models });
    await service.app.listen(0, '127.0.0.1');
    origin = await service.app.getUrl();
    await until(
      () => service.get<{ items: object[] }>('/v1/recipes'),
      ({ items }) => items.length > 0,
    );
  });
  afterAll(async () => {
    await service.close();
    await models.close();
  });
  beforeEach(() => {
    models.received.length = 0;
    models.delayMs = 50;
    models.betweenWordsMs = 40;
    models.breaks = 0;
    models.answer = ({ step }) => (step === 'draft' ? TEXT : step);
  });
  const TEXT = 'A bottle that keeps your water cold for a day, and does not leak in your bag.';

  let count = 0;
  const accept = async (contentType = 'email'): Promise<string> => {
    const body = JSON.stringify({ contentType, topic: `bottle no. ${++count}` });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${origin}/v1/content`, { method: 'POST', headers, body });
    expect(response.status).toBe(202);
    return ((await response.json()) as { id: string }).id;
  };
  /** All that is told, until it ends by itself. */
  async function streamTo(
    id: string,
    onReported: (reported: ReportedEvent) => void = () => {},
  ): Promise<ReportedEvent[]> {
    const response = await fetch(`${origin}/v1/content/${id}/events`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const all: ReportedEvent[] = [];
    let rest = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      const blocks = `${rest}${Buffer.from(chunk).toString('utf8')}`.split('\n\n');
      rest = blocks.pop() as string;
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (!event || !data) continue;
        const reported = { event, data: JSON.parse(data) as ReportedEvent['data'] };
        all.push(reported);
        onReported(reported);
      }
    }
    return all;
  }
  /** The text as a client shows it: pieces added, and begun again where a new attempt begins. */
  const textIn = (reported: readonly ReportedEvent[], step: string): string =>
    reported.reduce((text, { event, data }) => {
      if (event !== 'GenerationProgressed' || data['step'] !== step) return text;
      return data['state'] === 'restarted' ? '' : `${text}${String(data['text'] ?? '')}`;
    }, '');
  const progress = (reported: readonly ReportedEvent[]): string[] =>
    reported.flatMap(({ event, data }) =>
      event === 'GenerationProgressed' && !['text', 'restarted'].includes(String(data['state']))
        ? [`${String(data['step'])} ${String(data['state'])}`]
        : [],
    );

  it('are its document, its steps, its text as it is written, and its result', async () => {
    const id = await accept();
    let piecesBeforeTheEnd = 0;
    const reported = await streamTo(id, ({ data }) => (piecesBeforeTheEnd += Number(data['state'] === 'text')));
    expect(reported[0]).toMatchObject({ event: 'content', data: { id, brief: { contentType: 'email' } } });
    expect(progress(reported)).toEqual(['draft started', 'draft finished', 'subject started', 'subject finished']);
    expect(piecesBeforeTheEnd).toBeGreaterThan(2);
    expect(textIn(reported, 'draft')).toBe(TEXT);
    expect(reported.at(-1)).toMatchObject({
      event: 'ContentGenerated',
      data: { content: { body: TEXT, title: 'subject' } },
    });
  });

  it('tell whoever comes late what has been written so far', async () => {
    const id = await accept();
    let late: Promise<ReportedEvent[]> | undefined;
    const early = await streamTo(id, ({ data }) => {
      if (data['state'] === 'text' && String(data['text']).length > 0) late ??= streamTo(id);
    });
    expect(textIn(early, 'draft')).toBe(TEXT);
    expect(textIn((await late) ?? [], 'draft')).toBe(TEXT);
  });

  it('ask for it a few times, however many watch, and tell nobody of the others', async () => {
    const id = await accept();
    const watched = await Promise.all(Array.from({ length: 200 }, () => streamTo(id)));
    for (const reported of watched) {
      expect(textIn(reported, 'draft')).toBe(TEXT);
      expect(reported.map(({ event }) => event)).not.toContain('ContentWatched');
    }
    const asked = (await service.events(Topic.operations)).filter(
      ({ subject, type }) => subject === id && type === ContentWatched.type,
    );
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(50);
  });

  it('say so when an attempt breaks off and another begins', async () => {
    models.breaks = 1;
    const reported = await streamTo(await accept());
    const states = reported.map(({ data }) => data['state']);
    expect(states.slice(0, states.lastIndexOf('text')).includes('restarted')).toBe(true);
    expect(textIn(reported, 'draft')).toBe(TEXT);
  });

  it('end at once for what has ended', async () => {
    const id = await accept();
    await streamTo(id);
    expect(await streamTo(id)).toMatchObject([{ event: 'content', data: { status: 'generated' } }]);
  });

  it('leave no trace of what nobody watches', async () => {
    const id = await accept('ad_copy');
    await until(
      () => service.get<{ endedAt?: number }>(`/v1/content/${id}`),
      ({ endedAt }) => endedAt !== undefined,
    );
    const events = await service.events(Topic.operations);
    const about = events.filter(({ subject }) => subject === id).map(({ type }) => type);
    expect(about).not.toContain(GenerationProgressed.type);
    expect(about).not.toContain(ContentWatched.type);
  });

  /** The pieces of a streamed completion. */
  const completed = async (contentType: string): Promise<string[]> => {
    const model = `contentflow/${contentType}`;
    const content = `bottle no. ${++count}`;
    const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content }] });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers, body });
    const chunks = [...(await response.text()).matchAll(/^data: (\{.*)$/gm)].map(
      ([, json]) => JSON.parse(json as string) as { choices: { delta: { content?: string } }[] },
    );
    return chunks.flatMap(({ choices }) => choices[0]?.delta.content ?? []);
  };

  it.each([
    ['as it is written', 0],
    ['once, where an attempt breaks off and the next begins alike', 1],
  ])('bring a completion by a recipe %s', async (_how, breaks) => {
    models.breaks = breaks;
    const pieces = await completed('email');
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join('')).toBe(TEXT);
  });

  it('bring a completion in one piece where the best of several drafts is chosen', async () => {
    expect(await completed('headline')).toEqual([TEXT]);
  });
});
