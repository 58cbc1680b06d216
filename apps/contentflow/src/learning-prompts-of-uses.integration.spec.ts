import {
  type EventData,
  ExperimentConcluded,
  HypothesisProposed,
  ImprovementApplied,
  Topic,
} from '@contentflow/contracts';
import { MINUTE_MS, seededRandom } from '@contentflow/kernel';
import {
  type AnsweringServer,
  chunk,
  completion,
  event,
  json,
  startAnsweringServer,
  stream,
} from '@contentflow/language-models/testing';
import { audit } from '@contentflow/ledger';
import { listen } from '@contentflow/nest-platform';
import { SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { procedures } from '@contentflow/services';
import { OpenAI } from 'openai';
import { startWholeSystem } from './testing/whole-system.ts';

/** The order of instructions and the temperature of a use, from the policy that lists them to calls of the official client that have them. */

const RULES = 'You answer questions about bottles, kindly and in one or two sentences. '.repeat(20);
const GOOD = 'Rinse the bottle with warm water and a drop of soap. Let it dry with the lid off.';
const POOR = 'bottle bottle bottle clean bottle clean clean bottle the the the bottle';
const LARGE = {
  name: 'large',
  usdPerMillionInput: 10,
  usdPerMillionCachedInput: 1,
  usdPerMillionOutput: 40,
};

let server: AnsweringServer;
let system: TestedService;
let openai: OpenAI;
const clock = new SteppedClock();
const random = seededRandom('users');
let users = 0;

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly temperature: number;
  readonly stream?: boolean;
}

beforeAll(async () => {
  server = await startAnsweringServer();
  server.answers((response, received) => {
    clock.advance(1600 + 800 * random.next());
    const { messages, temperature, stream: isStreamed } = received.body as unknown as Asked;
    // Its cache holds what each prompt begins with; the warmer it is, the less it makes sense.
    const cached = messages[0]?.content === RULES ? 400 : 0;
    const usage = {
      prompt_tokens: 420,
      completion_tokens: 20,
      total_tokens: 440,
      prompt_tokens_details: { cached_tokens: cached },
    };
    const content = temperature > 0.5 && messages.length === 1 ? POOR : GOOD;
    if (!isStreamed) return json(completion({ content }, 'stop', usage))(response, received);
    stream(chunk({ content }), chunk({}, 'stop'), event({ choices: [], usage }), event('[DONE]'))(response, received);
  });
  system = await startWholeSystem({ baseUrl: `${server.origin}/v1` }, {}, [LARGE], '', '', clock);
  await listen(system.app, 0, '127.0.0.1');
  openai = new OpenAI({ baseURL: `${await system.app.getUrl()}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(async () => {
  await system?.close();
  await server?.close();
});

type Use = 'ordered' | 'warm';

/** One call of the use, as its application writes it; every third is streamed. What the server was asked. */
async function ask(use: Use, user = `user-${++users}`): Promise<Asked> {
  const date = { role: 'system' as const, content: `It is ${new Date(clock.now()).toISOString()}.` };
  const rules = { role: 'system' as const, content: RULES };
  const question = { role: 'user' as const, content: `How do I clean bottle ${user}?` };
  const body = {
    model: 'large',
    user,
    messages: use === 'ordered' ? [date, rules, question] : [question],
    temperature: 1,
  };
  const options = { headers: { 'x-contentflow-use': use } };
  if (users % 3 === 0) {
    const streamed = await openai.chat.completions.create({ ...body, stream: true }, options);
    for await (const _chunk of streamed);
  } else await openai.chat.completions.create(body, options);
  return server.received.at(-1)!.body as unknown as Asked;
}

const decisions = async <Data>({ type }: { readonly type: string }): Promise<Data[]> =>
  (await system.events<{ decision: { type: string; data: Data } }>(Topic.ledger))
    .map(({ data }) => data.decision)
    .filter((each) => each.type === type)
    .map(({ data }) => data);

/** Minutes of one call after the other, until what was tried of the use is in force. */
async function until(use: Use): Promise<EventData<typeof ImprovementApplied> | undefined> {
  for (let minute = 0; minute < 600; minute++) {
    const end = clock.now() + MINUTE_MS;
    while (clock.now() < end) await ask(use);
    await system.settled();
    const applied = await decisions<EventData<typeof ImprovementApplied>>(ImprovementApplied);
    const found = applied.find(({ contentType }) => contentType === use);
    if (found) return found;
  }
  return undefined;
}

const rolesAndStarts = ({ messages }: Asked) => messages.map(({ content }) => content.slice(0, 6));

describe('what a policy lists for a use besides models', () => {
  it('is not done before it was tried', async () => {
    expect(rolesAndStarts(await ask('ordered'))).toEqual(['It is ', 'You an', 'How do']);
    expect((await ask('warm')).temperature).toBe(1);
    const uses = {
      ordered: { model: 'large', temperature: 1, stablePromptFirst: true },
      warm: { model: 'large', temperature: 1, temperatures: [0.3] },
    };
    const { status } = await system.answer('PATCH', '/v1/policy', { uses, experiments: { lookEveryMs: 300_000 } });
    expect(status).toBe(200);
    expect(rolesAndStarts(await ask('ordered'))).toEqual(['It is ', 'You an', 'How do']);
  });

  it('puts instructions that come back before those that change, where that saves what the cache of prompts does', async () => {
    const applied = await until('ordered');
    expect(applied).toMatchObject({ change: { kind: 'set_prompt_order', order: 'stable_first' } });
    const proposed = await decisions<EventData<typeof HypothesisProposed>>(HypothesisProposed);
    expect(proposed.find(({ contentType }) => contentType === 'ordered')).toMatchObject({ metric: 'cost' });
    const orders: string[] = [];
    for (let call = 0; call < 60; call++) orders.push(rolesAndStarts(await ask('ordered')).join('|'));
    const first = orders.filter((order) => order === 'You an|It is |How do').length;
    expect(first).toBeGreaterThan(40);
    expect(first).toBeLessThan(60);
    expect(orders.filter((order) => order === 'It is |You an|How do')).toHaveLength(60 - first);
  });

  it('is the same for a user whatever they ask, streamed or not', async () => {
    const ann = rolesAndStarts(await ask('ordered', 'ann'));
    for (let call = 0; call < 6; call++) {
      users++;
      expect(rolesAndStarts(await ask('ordered', 'ann'))).toEqual(ann);
    }
  });

  it('lowers a temperature where answers are better for it', async () => {
    const applied = await until('warm');
    expect(applied).toMatchObject({ change: { kind: 'set_temperature', temperature: 0.3 } });
    const concluded = await decisions<EventData<typeof ExperimentConcluded>>(ExperimentConcluded);
    expect(concluded.map(({ verdict }) => verdict)).toEqual(['treatment', 'treatment']);
    const temperatures: number[] = [];
    for (let call = 0; call < 60; call++) temperatures.push((await ask('warm')).temperature);
    const lower = temperatures.filter((temperature) => temperature === 0.3).length;
    expect(lower).toBeGreaterThan(40);
    expect(lower).toBeLessThan(60);
    // Each use has its own: an order that was found for the one is no word on the other.
    expect((await ask('ordered')).temperature).toBe(1);
  });

  it('ends with the policy that listed it', async () => {
    const uses = { ordered: { stablePromptFirst: false }, warm: { temperatures: [] } };
    expect((await system.answer('PATCH', '/v1/policy', { uses })).status).toBe(200);
    for (let call = 0; call < 10; call++) {
      expect(rolesAndStarts(await ask('ordered'))[0]).toBe('It is ');
      expect((await ask('warm')).temperature).toBe(1);
    }
  });

  it('leaves decisions that an audit takes again, one and all', async () => {
    await system.settled();
    const { log, platform } = system;
    const source = { read: log.read.bind(log), ends: log.ends.bind(log) };
    const result = await audit({ source, procedures: Object.fromEntries(procedures), code: platform.code } as never);
    expect(result).toMatchObject({ ok: true, differences: [] });
  });
});
