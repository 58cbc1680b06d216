import {
  AutonomyPaused,
  AutonomyResumed,
  BriefAccepted,
  ChangeScreened,
  ContentGenerated,
  type EventData,
  newEvent,
  PromptCandidateDrafted,
  PromptCandidatesRequested,
  PromptCandidateScreened,
  recipeSchema,
  ScreeningRequested,
  Topic,
  topics,
} from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog } from '@contentflow/event-log';
import type { NewEvent } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { openModels, parseConfiguration } from '@contentflow/nest-platform';
import { START_MS, startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { EDITING_TASK, promptVersion } from '@contentflow/recipes';
import { generatorOptions, GeneratorModule } from './index.ts';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';

const LONG =
  'Write for the reader. Never invent numbers. Choose lively words. Choose pleasant words. Keep it friendly throughout.';
const SHORT = 'Write for the reader. Never invent numbers. Keep it friendly.';
const recipe = recipeSchema.parse({
  contentType: 'note',
  prompt: { instructions: LONG },
  steps: [{ id: 'draft', instruction: 'Write it.', maxOutputTokens: 200 }],
  output: { body: 'draft' },
  model: 'm',
});
const basis = { procedure: '', question: '', at: 0, evidence: null, policy: '', code: '', positions: {} };

describe('an order for new prompts', () => {
  const models = new ScriptedModelServer();
  const configuration = (baseUrl: string) =>
    parseConfiguration(
      { providers: [{ name: 'scripted', kind: 'openai-compatible', baseUrl, apiKey: 'none', models: ['m'] }] },
      'the test',
    );
  let clock: SteppedClock;
  let log: EventLog;
  let service: TestedService;

  const start = async (): Promise<void> => {
    service = await startTestedService({
      services: [GeneratorModule.of(generatorOptions(configuration(models.baseUrl)))],
      clock,
      models: (platform) => openModels(platform, configuration(models.baseUrl)),
      machines: { executor: 'none', instances: () => 1, callsAtOnce: () => 4, scaleTo: async () => {}, onChange: () => {}, usage: () => ({ cpu: 0, memory: 0 }) }, // prettier-ignore
      log,
    });
  };
  beforeEach(async () => {
    await models.start();
    clock = new SteppedClock();
    log = await openEmbeddedLog({ file: ':memory:', topics, clock, writer: 'inline' });
    models.answer = ({ user }) => (user.includes(EDITING_TASK) ? SHORT : 'A note about tea, warm and to the point.');
    await start();
    await service.happened(...['tea', 'coffee'].flatMap(made));
    models.received.length = 0;
  });
  afterEach(async () => {
    await service.close();
    await log.close();
    await models.close();
    models.received.length = 0;
  });

  const order = (over: Partial<EventData<typeof PromptCandidatesRequested>> = {}) =>
    newEvent(PromptCandidatesRequested, {
      subject: 'note',
      time: clock.now(),
      cause: { id: 'optimizer' },
      data: {
        requestId: 'request',
        contentType: 'note',
        recipe,
        parent: promptVersion(recipe),
        drafts: [{ origin: 'rules', change: { kind: 'replace_instructions', instructions: 'Never invent numbers.' } }],
        edits: ['compression'],
        lessons: [],
        heldOut: ['tea', 'coffee'],
        basis,
        ...over,
      },
    });
  /** Two changes, beside the recipe in force. */
  const screening = (): NewEvent => {
    const warmer = { context: 'warmer', change: { kind: 'set_temperature' as const, temperature: 1 } };
    const shown = {
      context: 'shown',
      change: { kind: 'set_examples' as const, examples: [{ brief: 'Ice', text: 'Ice is cold.' }] },
    };
    return newEvent(ScreeningRequested, {
      subject: 'note',
      time: clock.now(),
      cause: { id: 'optimizer' },
      data: { requestId: 'trial', contentType: 'note', recipe, changes: [warmer, shown], heldOut: ['tea', 'coffee'], basis }, // prettier-ignore
    });
  };
  /** Content that was delivered once, about what it is named after. */
  const made = (topic: string): NewEvent[] => {
    const of = { subject: topic, time: clock.now(), cause: { id: topic } };
    const brief = { contentType: 'note', topic };
    const about = { contentId: topic, brief, unit: topic, simulated: true };
    const assignment = {
      recipe: 'r',
      holdback: false,
      exposures: [],
      withheld: [],
      improvements: [],
      ledgerPosition: 0,
    };
    const usage = { tokensIn: 0, tokensOut: 0, calls: 0, cost: 0, timeMs: 0, waitMs: 0, cache: 'off' as const };
    const run = { assignment, usage, worker: 'w', acceptedAt: clock.now(), calls: [] };
    const text = { content: { body: `All about ${topic}.` }, revised: false, belowThreshold: false };
    return [
      newEvent(BriefAccepted, { ...of, data: about }),
      newEvent(ContentGenerated, { ...of, index: 1, data: { ...about, ...run, ...text } }),
    ];
  };
  const all = async <Data>({ type }: { readonly type: string }): Promise<Data[]> =>
    (await service.events<Data>(Topic.operations)).filter((event) => event.type === type).map(({ data }) => data);
  const drafted = () => all<EventData<typeof PromptCandidateDrafted>>(PromptCandidateDrafted);
  const screened = () => all<EventData<typeof PromptCandidateScreened>>(PromptCandidateScreened);
  const after = async <T>(ask: () => Promise<readonly T[]>, count: number): Promise<readonly T[]> => {
    clock.advance(60_000);
    return until(ask, ({ length }) => length >= count);
  };

  it('is drafted, then tried on each held-out brief beside the prompt in force; nobody is given what is made', async () => {
    await service.happened(order());
    const drafts = await after(drafted, 2);
    expect(
      drafts.map(({ origin, change }) => [origin, change?.kind === 'replace_instructions' && change.instructions]),
    ).toEqual([
      ['rules', 'Never invent numbers.'],
      ['compression', SHORT],
    ]);
    const tried = await after(screened, 2);
    expect(tried.map(({ pairs }) => pairs.map(({ contentId }) => contentId))).toEqual([['tea', 'coffee'], ['tea', 'coffee']]); // prettier-ignore
    for (const { control, treatment } of tried.flatMap(({ pairs }) => pairs)) {
      expect(control).toMatchObject({ tokens: 30 });
      expect(treatment?.quality).toBeGreaterThan(0);
    }
    const asked = models.received.map(({ system }) => system).filter((system) => !system.startsWith('You edit'));
    expect(asked).toHaveLength(6);
    expect(asked.filter((system) => system === LONG)).toHaveLength(2);
    const delivered = await service.events<{ contentId: string }>(Topic.content);
    expect(delivered.filter(({ type }) => type === ContentGenerated.type).map(({ data }) => data.contentId).sort()).toEqual(['coffee', 'tea']); // prettier-ignore
    expect(models.received.some(({ user }) => user.includes('coffee'))).toBe(true);
  });

  it('may be for other changes: each makes the held-out briefs beside the recipe in force, and all is told at once', async () => {
    await service.happened(screening());
    const tried = await after(() => all<EventData<typeof ChangeScreened>>(ChangeScreened), 2);
    expect(tried.map(({ context }) => context)).toEqual(['warmer', 'shown']);
    expect(tried.map(({ pairs }) => pairs.map(({ contentId }) => contentId))).toEqual([['tea', 'coffee'], ['tea', 'coffee']]); // prettier-ignore
    expect(models.received).toHaveLength(6);
    expect(models.received.filter(({ system }) => system.includes('Ice is cold.'))).toHaveLength(2);
    const before = models.received.length;
    clock.advance(60_000);
    await service.settled();
    expect(models.received).toHaveLength(before);
  });

  it('does not wait for that of another content type', async () => {
    const warmer = { context: 'warmer', change: { kind: 'set_temperature' as const, temperature: 1 } };
    const trialOf = (contentType: string, instructions: string) =>
      newEvent(ScreeningRequested, {
        subject: contentType,
        time: clock.now(),
        cause: { id: contentType },
        data: { requestId: contentType, contentType, recipe: { ...recipe, contentType, prompt: { ...recipe.prompt, instructions } }, changes: [warmer], heldOut: ['tea', 'coffee'], basis }, // prettier-ignore
      });
    models.delayMs = 60_000;
    await service.happened(trialOf('note', LONG), trialOf('memo', 'Write a memo.'));
    clock.advance(60_000);
    const asked = async () => [...new Set(models.received.map(({ system }) => system))];
    await until(asked, ({ length }) => length === 2);
    models.release();
    const tried = await until(() => all<EventData<typeof ChangeScreened>>(ChangeScreened), ({ length }) => length >= 2); // prettier-ignore
    expect(tried.map(({ contentType }) => contentType).sort()).toEqual(['memo', 'note']);
  });

  it('is begun in the order in which it was asked for, whether for prompts or for other changes', async () => {
    const first = order({ drafts: [], edits: ['compression'] });
    const later = newEvent(ScreeningRequested, {
      subject: 'note',
      time: clock.now() + 1,
      cause: { id: 'later' },
      data: { requestId: 'later', contentType: 'note', recipe, changes: [{ context: 'warmer', change: { kind: 'set_temperature', temperature: 1 } }], heldOut: ['tea', 'coffee'], basis }, // prettier-ignore
    });
    await service.happened(first, later);
    await after(drafted, 1);
    await after(screened, 1);
    expect(await all(ChangeScreened)).toEqual([]);
    await after(() => all(ChangeScreened), 1);
  });

  it('shows the rewriter what fell short, looked up by its name; what is gone is left out, in trials too', async () => {
    const lessons = ['tea', 'gone'].map((contentId) => ({ contentId, flaws: [`${contentId} falls short`] }));
    await service.happened(order({ drafts: [], edits: ['rewrite'], lessons, heldOut: ['coffee', 'gone'] }));
    await after(drafted, 1);
    expect(models.received[0]?.user).toContain('Brief: tea\nText: All about tea.\nFlaws: tea falls short');
    expect(models.received[0]?.user).not.toContain('gone falls short');
    const [tried] = await after(screened, 1);
    expect(tried?.pairs.map(({ contentId }) => contentId)).toEqual(['coffee']);
  });

  it('asks the model once more, with the reason, for an answer that may not be used', async () => {
    models.answer = ({ user }) => (user.includes('could not be used') ? SHORT : 'Write for the reader.');
    await service.happened(order({ drafts: [] }));
    const [draft] = await after(drafted, 1);
    expect(draft).toMatchObject({ refused: null, change: { instructions: SHORT } });
    expect(models.received[1]?.user).toContain('it lost what must stay: Never invent numbers.');
  });

  it('is told why a model’s answer was refused for good, and tries nothing that was refused', async () => {
    models.answer = () => 'Write for the reader.';
    await service.happened(order({ drafts: [] }));
    const [draft] = await after(drafted, 1);
    expect(draft).toMatchObject({ change: null, refused: 'it lost what must stay: Never invent numbers.' });
    const before = models.received.length;
    clock.advance(60_000);
    await service.settled();
    expect(models.received).toHaveLength(before);
  });

  it('is taken up where it was left by whoever works next', async () => {
    await service.happened(order());
    await after(drafted, 2);
    await service.close();
    models.received.length = 0;
    await start();
    await after(screened, 2);
    expect(models.received.filter(({ user }) => user.includes(EDITING_TASK))).toEqual([]);
    expect(await drafted()).toHaveLength(2);
  });

  it('is left by a stop once the calls in flight are answered, and begun anew by whoever works next', async () => {
    models.delayMs = 60_000;
    await service.happened(order({ edits: [] }), screening());
    clock.advance(60_000);
    await until(() => models.received.length === 2);
    const stopped = service.close();
    models.release();
    await stopped;
    // Two briefs at a time, of which each would have been made three times.
    expect(models.received).toHaveLength(2);
    models.received.length = 0;
    await start();
    expect(await after(() => all(ChangeScreened), 2)).toHaveLength(2);
    expect(models.received.length).toBeGreaterThanOrEqual(6);
  });

  const said = (definition: typeof AutonomyPaused | typeof AutonomyResumed) =>
    newEvent(definition, {
      subject: 'autonomy',
      time: START_MS,
      cause: { id: definition.name },
      data: { reason: 'test', by: 'a person' },
    });
  const paused = async (): Promise<void> => {
    await service.happened(said(AutonomyPaused), order());
    clock.advance(60_000);
    await service.settled();
    expect(models.received).toEqual([]);
  };

  it('waits while autonomy is paused', async () => {
    await paused();
    await service.happened(said(AutonomyResumed));
    await after(drafted, 2);
  });

  it('is forgotten when it waited for hours', async () => {
    await paused();
    clock.advance(7 * 60 * 60_000);
    await service.happened(said(AutonomyResumed));
    clock.advance(60_000);
    await service.settled();
    expect(models.received).toEqual([]);
  });
});
