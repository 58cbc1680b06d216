import {
  ContentGenerated,
  defaultPolicy,
  HypothesisProposed,
  ModelsOffered,
  newEvent,
  OperatorIntervened,
  RecipeRegistered,
  ScreeningRequested,
  SemanticCacheRestricted,
} from '@contentflow/contracts';
import { sampleGenerated } from '@contentflow/contracts/testing';
import { decided, type SystemState } from '@contentflow/decisions';
import type { StoredEvent } from '@contentflow/kernel';
import { proposableChanges, recipeVersion } from '@contentflow/recipes';
import {
  type Generation,
  HOUR,
  measured,
  MINUTE,
  models,
  observed,
  recipe,
  systemAfter,
  type TestDecision,
} from '../../testing/traffic.ts';
import { type ProposalEvidence, proposalsDue } from './proposal-evidence.ts';
import { decideProposals } from './proposals.ts';
import type { ScreenedPrompt } from '../prompts/prompt-candidates.ts';

const NOW = 2 * HOUR;
const base: TestDecision[] = [
  decided(RecipeRegistered, 'email', { contentType: 'email', recipe, version: recipeVersion(recipe), source: 'test' }),
  decided(ModelsOffered, 'models', { models }),
];

/** What is proposed, lever by lever, after an hour of generations like this. */
function proposedAfter(generation: Partial<Generation>, system: SystemState = systemAfter(base), count = 60) {
  return evidenceOf(generation, system, count).flatMap((evidence) => proposals(evidence));
}

function evidenceOf(
  generation: Partial<Generation>,
  system: SystemState = systemAfter(base),
  count = 60,
): ProposalEvidence[] {
  const traffic = observed(
    Array.from({ length: count }, (_, index) => measured({ unit: `${index}`, time: 1.5 * HOUR, ...generation })),
  );
  // Where nothing is tried on held-out briefs first.
  return proposalsDue([traffic], system, NOW).map(({ evidence }) => ({ ...evidence, screening: null }));
}

interface Proposed {
  readonly hypothesisId: string;
  readonly kind: string;
  readonly lever: string;
  readonly metric: string;
  readonly reason: string;
}
it('asks what to propose once a cycle, at its first tick', () => {
  const traffic = Array.from({ length: 60 }, (_, index) => measured({ unit: `${index}`, time: 1.5 * HOUR }));
  const questions = Array.from({ length: 12 }, (_, tick) =>
    proposalsDue([observed(traffic)], systemAfter(base), NOW + tick * MINUTE + 200),
  ).flatMap((due) => due.map(({ question }) => question));
  expect(questions).toEqual(['propose:email:24', 'propose:email:25', 'propose:email:26']);
});

it('proposes nothing that is not expected to reach the least improvement, such as another temperature', () => {
  const [evidence] = evidenceOf({ quality: 7 });
  const onModel = {
    ...(evidence as ProposalEvidence),
    freeLevers: ['model'],
    models: [models[0] as (typeof models)[0]],
  };
  expect(proposableChanges(recipe, onModel.models).map(({ kind }) => kind)).toContain('temperature');
  expect(decideProposals(onModel, defaultPolicy)).toEqual([]);
});

const proposals = (evidence: ProposalEvidence): Proposed[] =>
  decideProposals(evidence, defaultPolicy).map(({ definition, data }) => {
    expect(definition).toBe(HypothesisProposed);
    return HypothesisProposed.schema.omit({ basis: true }).parse(data);
  });
const kinds = (all: readonly Proposed[]): string[] => all.map(({ kind }) => kind);

describe('fewer drafts, of which every content of more shows what they come to', () => {
  const drafts = (mean: number, n = 900) => ({ n, mean, m2: n * 0.64 });
  const step = (cost: number) => ({
    time: { n: 9, mean: 10_000, m2: 0 },
    cost: { n: 9, mean: cost, m2: 0 },
    tokensIn: { n: 9, mean: 1, m2: 0 },
    callsPerContent: 1,
  });
  const seen = (fewerDrafts: ProposalEvidence['fewerDrafts'], over: Partial<ProposalEvidence> = {}) => {
    const [evidence] = evidenceOf({ quality: 8 }) as [ProposalEvidence];
    const draft = { ...step(0.1), callsPerContent: 3 };
    return decideProposals(
      {
        ...evidence,
        recipe: { ...recipe, candidates: 3 },
        steps: { outline: step(0.02), draft, subject: step(0.01) },
        freeLevers: ['workflow'],
        screening: { heldOut: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], runs: 80, examples: [] },
        ...(fewerDrafts ? { fewerDrafts } : {}),
        ...over,
      },
      defaultPolicy,
    );
  };
  const proposed = (all: ReturnType<typeof seen>) =>
    all.flatMap(({ definition, data }) =>
      definition === HypothesisProposed ? [HypothesisProposed.schema.omit({ basis: true }).parse(data)] : [],
    );
  const screened = (all: ReturnType<typeof seen>): string =>
    JSON.stringify(all.filter(({ definition }) => definition === ScreeningRequested));

  it('are proposed by that, as few as lose no more than the margin by twice what is measured, and are made again for nobody', () => {
    const all = seen([drafts(-0.02), drafts(-0.01)]);
    expect(proposed(all)).toContainEqual(
      expect.objectContaining({
        kind: 'fewer_candidates',
        metric: 'cost',
        change: { kind: 'set_candidates', candidates: 1 },
        qualityForeseen: { effect: expect.closeTo(-0.04), error: expect.closeTo(0.053, 2) },
      }),
    );
    expect(screened(all)).not.toContain('"candidates":1}');
    expect(proposed(seen([drafts(-0.3), drafts(-0.02)])).map(({ change }) => change)).toContainEqual({
      kind: 'set_candidates',
      candidates: 2,
    });
    expect(JSON.stringify(proposed(seen([drafts(-0.3), drafts(-0.2)])))).not.toContain('set_candidates');
  });

  it('wait until enough contents show it, and are made of held-out briefs where none shows it', () => {
    expect(JSON.stringify(seen([drafts(0, 60), drafts(0, 60)]))).not.toContain('"candidates":1}');
    expect(screened(seen(undefined))).toContain('"candidates":1}');
  });
});

describe('what the optimizer proposes', () => {
  it('a prompt only once it was tried on held-out briefs', () => {
    const [evidence] = evidenceOf({ tokens: 5000 }, systemAfter(base)) as [ProposalEvidence];
    expect(evidence.freeLevers).toContain('prompt');
    expect(proposals(evidence).map(({ lever }) => lever)).not.toContain('prompt');
    expect(proposals({ ...evidence, prompts: [shorter] })).toContainEqual(
      expect.objectContaining({
        kind: 'prompt_compression',
        lever: 'prompt',
        metric: 'tokens',
        change: shorter.change,
      }),
    );
  });

  it('runs independent steps at the same time where generations take more than 30 s on average', () => {
    const [evidence] = evidenceOf({ timeMs: 30_001 }, systemAfter(base)) as [ProposalEvidence];
    const step = (mean: number, cost = 0.001) => ({
      time: { n: 1, mean, m2: 0 },
      cost: { n: 1, mean: cost, m2: 0 },
      tokensIn: { n: 1, mean: 1, m2: 0 },
      callsPerContent: 1,
    });
    const slow = { ...evidence, steps: { outline: step(10_000), draft: step(10_000, 0.1), subject: step(10_000) } };
    expect(proposals(slow)).toContainEqual(
      expect.objectContaining({
        kind: 'parallel_processing',
        lever: 'workflow',
        metric: 'time',
        expectedGain: expect.closeTo(1 / 3),
      }),
    );
    const [quick] = evidenceOf({ timeMs: 30_000 }, systemAfter(base)) as [ProposalEvidence];
    expect(kinds(proposals({ ...quick, steps: slow.steps }))).not.toContain('parallel_processing');
  });

  const ofModels = ({ recipe: current, models: offered }: ProposalEvidence) =>
    proposableChanges(current, offered).filter(({ kind }) => kind === 'model_selection');

  it('tries another model for steadier quality where quality varies by more than 0.2 within the content type', () => {
    const dearer = base.with(
      1,
      decided(ModelsOffered, 'models', {
        models: [models[0]!, { ...models[0]!, name: 'largest', usdPerMillionInput: 10.9 }],
      }),
    );
    const [steady] = evidenceOf({}, systemAfter(dearer)) as [ProposalEvidence];
    const withVariance = (variance: number): ProposalEvidence => ({
      ...steady,
      traffic: {
        ...steady.traffic,
        quality: { ...steady.traffic.quality, m2Y: variance * (steady.traffic.quality.n - 1) },
      },
    });
    const proposedWith = (variance: number) =>
      decideProposals(withVariance(variance), defaultPolicy, ofModels(steady)).map(({ data }) => data);
    expect(proposedWith(0.2)).toEqual([]);
    expect(proposedWith(0.21)).toContainEqual(
      expect.objectContaining({
        kind: 'model_selection',
        lever: 'model',
        metric: 'qualitySpread',
        change: { kind: 'use_model', model: 'largest', fallback: 'former_model' },
      }),
    );
  });

  it('leaves out what is known to breach a guardrail: a model at twice the price', () => {
    const [evidence] = evidenceOf({}, systemAfter(base)) as [ProposalEvidence];
    const quality = { ...evidence.traffic.quality, m2Y: evidence.traffic.quality.n };
    const offered = models.filter(({ name }) => name !== 'small');
    const varied = { ...evidence, models: offered, traffic: { ...evidence.traffic, quality } };
    expect(decideProposals(varied, defaultPolicy, ofModels(varied))).toEqual([]);
    const generous = { ...defaultPolicy, guardrails: { ...defaultPolicy.guardrails, costMargin: 1.5 } };
    const fine = { ...generous, objective: { ...generous.objective, quality: 1, cost: 0, time: 0 } };
    expect(decideProposals(varied, fine, ofModels(varied))).toHaveLength(1);
  });

  it('tries a cheaper model whatever the quality', () => {
    expect(proposedAfter({})).toContainEqual(
      expect.objectContaining({
        kind: 'model_selection',
        metric: 'cost',
        change: { kind: 'use_model', model: 'small', fallback: 'former_model' },
      }),
    );
  });

  describe('of the cache', () => {
    const proposedWith = (hitRate: number, generation: Partial<Generation> = { cacheHit: false }) => {
      const [evidence] = evidenceOf(generation) as [ProposalEvidence];
      const caches = [{ ...evidence.recipe.cache, strategy: 'semantic' as const, hitRate, presentRate: 0 }];
      return proposals({ ...evidence, caches }).filter(({ lever }) => lever === 'cache');
    };

    it('is what a replay of the requests says would save enough, where fewer than 0.3 are hit', () => {
      // A trial at equal shares shows half of what answers to other units save.
      expect(proposedWith(0.25)).toEqual([expect.objectContaining({ kind: 'cache_strategy', expectedGain: 0.125 })]);
      expect(proposedWith(0.19)).toEqual([]);
      expect(proposedWith(0.25, { cacheHit: true })).toEqual([]);
    });

    it('is a looser similarity where what it saves is worth it, with what is known of its wrong answers', () => {
      const [evidence] = evidenceOf({ cacheHit: false }) as [ProposalEvidence];
      const cache = { ...evidence.recipe.cache, strategy: 'semantic' as const };
      const wrongShare = { upper: 0.008, judged: 900 };
      const caches = [0.9, 0.8].map((similarity) => ({ ...cache, similarity, presentRate: 0.1, hitRate: 1.15 - similarity, wrongShare })); // prettier-ignore
      const proposed = proposals({ ...evidence, recipe: { ...evidence.recipe, cache }, caches });
      expect(proposed.filter(({ lever }) => lever === 'cache')).toEqual([
        expect.objectContaining({
          change: { kind: 'set_cache', ...cache, similarity: 0.8 },
          metric: 'cost',
          reason: expect.stringContaining('of 900 judged answers 0.8 % at most are wrong'),
        }),
      ]);
    });

    it('is nothing where requests hardly repeat', () => {
      expect(proposedWith(0.05)).toEqual([]);
      expect(kinds(proposedAfter({ cacheHit: false }))).not.toContain('cache_strategy');
    });

    it('is replayed from the briefs of the log; by meaning only while answers found so are right', () => {
      const made = Array.from({ length: 60 }, (_, index) => generated(`topic ${index % 20}`, HOUR + index));
      const traffic = Array.from({ length: 60 }, (_, index) => measured({ unit: `${index}`, time: 1.5 * HOUR }));
      const replayedIn = (system: SystemState) =>
        proposalsDue([observed([...made, ...traffic])], system, NOW).flatMap(({ evidence }) => evidence.caches);
      expect(replayedIn(systemAfter(base))).toContainEqual(
        expect.objectContaining({ strategy: 'semantic', hitRate: expect.closeTo(59 / 60) }),
      );
      const tooMany = { judged: 20, onlyMade: 9, onlyServed: 0, budget: 0.01 };
      const wrongShare = { value: 0.45, lower: 0.1, upper: 0.8 };
      const restriction = decided(SemanticCacheRestricted, 'email', { contentType: 'email', ...tooMany, wrongShare });
      const restricted = systemAfter([...base, restriction]);
      expect(replayedIn(restricted).map(({ strategy }) => strategy)).toEqual([]);
    });
  });

  it('proposes one hypothesis a lever at most, the one that promises most', () => {
    const all = proposedAfter({ tokens: 5000, timeMs: 60_000 });
    expect(new Set(all.map(({ lever }) => lever)).size).toBe(all.length);
  });

  it('leaves out what cannot reach the least improvement even if all goes well', () => {
    const [evidence] = evidenceOf({}, systemAfter(base)) as [ProposalEvidence];
    const step = (cost: number) => ({
      time: { n: 1, mean: 1, m2: 0 },
      cost: { n: 1, mean: cost, m2: 0 },
      tokensIn: { n: 1, mean: 1, m2: 0 },
      callsPerContent: 1,
    });
    const withOutlineAt = (cost: number): string[] =>
      kinds(proposals({ ...evidence, steps: { outline: step(cost), draft: step(0.8), subject: step(0.1) } }));
    expect(withOutlineAt(0.09)).not.toContain('step_removal');
    expect(withOutlineAt(0.2)).toContain('step_removal');
  });

  it('waits for fifty generations', () => {
    expect(proposedAfter({ tokens: 5000 }, systemAfter(base), 49)).toEqual([]);
    expect(proposedAfter({ tokens: 5000 }, systemAfter(base), 50)).not.toEqual([]);
  });

  it('proposes nothing on a lever that it may only observe', () => {
    const watched = systemAfter([...base, autonomy({ model: 'observe', prompt: 'observe' })]);
    const [evidence] = evidenceOf({}, watched) as [ProposalEvidence];
    expect(evidence.freeLevers).toEqual(['workflow', 'cache', 'style']);
    const levers = proposals({ ...evidence, prompts: [shorter] }).map(({ lever }) => lever);
    expect(levers).not.toContain('model');
    expect(levers).not.toContain('prompt');
    expect(
      proposedAfter(
        {},
        systemAfter([
          ...base,
          autonomy({ prompt: 'observe', workflow: 'observe', model: 'observe', cache: 'observe' }),
        ]),
      ),
    ).toEqual([]);
  });

  it('proposes on a lever where a person decides what is applied', () => {
    const asking = systemAfter([...base, autonomy({ prompt: 'propose' })]);
    const [evidence] = evidenceOf({}, asking) as [ProposalEvidence];
    expect(kinds(proposals({ ...evidence, prompts: [shorter] }))).toContain('prompt_compression');
  });

  it('leaves a lever alone while a hypothesis on it is open', () => {
    const open = systemAfter([
      ...base,
      ...decideProposals((evidenceOf({}, systemAfter(base)) as [ProposalEvidence])[0], defaultPolicy),
    ]);
    expect(proposedAfter({}, open)).toEqual([]);
  });

  describe('a hypothesis that was refuted', () => {
    const [first] = evidenceOf({}, systemAfter(base)) as [ProposalEvidence];
    const model = decideProposals(first, defaultPolicy).filter(({ data }) => data['lever'] === 'model');
    const proposed = systemAfter([...base, ...model]);
    const [id, hypothesis] = Object.entries(proposed.hypotheses)[0] as [string, SystemState['hypotheses'][string]];
    const refuted: SystemState = {
      ...proposed,
      hypotheses: { [id]: { ...hypothesis, status: 'refuted', refutedAt: 0 } },
    };
    const ids = (system: SystemState): string[] => proposedAfter({}, system).map(({ hypothesisId }) => hypothesisId);

    it('does not come back as long as nothing it depends on has changed', () => {
      expect(ids(systemAfter(base))).toContain(id);
      expect(ids(refuted)).not.toContain(id);
      expect(ids(systemAfter([], { ...refuted, position: 99 }))).not.toContain(id);
    });

    it('comes back when its context has changed', () => {
      const cheaper = models.map((each) => (each.name === 'small' ? { ...each, usdPerMillionInput: 0.5 } : each));
      const changed = systemAfter([decided(ModelsOffered, 'models', { models: cheaper })], refuted);
      expect(proposedAfter({}, changed)).toContainEqual(
        expect.objectContaining({
          lever: 'model',
          change: { kind: 'use_model', model: 'small', fallback: 'former_model' },
        }),
      );
    });
  });
});

/** As good in fewer tokens, on ten held-out briefs. */
const shorter: ScreenedPrompt = {
  candidateId: 'candidate',
  origin: 'rules',
  change: { kind: 'replace_instructions', instructions: 'Write.' },
  briefs: 10,
  quality: { effect: 0, error: 0.3, of: 8 },
  tokens: 0.7,
  cost: 0.8,
  time: 1,
};

const generated = (topic: string, time: number): StoredEvent => {
  const { assignment } = measured({ unit: topic, time }).data;
  const data = { ...sampleGenerated, brief: { contentType: 'email', topic }, unit: topic, assignment };
  const event = newEvent(ContentGenerated, { subject: topic, data, time, cause: { id: `${time}` } });
  return { ...event, partition: 0, offset: time };
};

const autonomy = (levels: Record<string, 'observe' | 'propose' | 'apply'>): TestDecision =>
  decided(OperatorIntervened, 'autonomy', {
    action: 'set_autonomy',
    target: 'levers',
    levels,
    reason: 'test',
    by: 'a person',
  });
