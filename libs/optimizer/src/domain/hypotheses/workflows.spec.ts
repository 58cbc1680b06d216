import {
  defaultPolicy,
  type Policy,
  policySchema,
  type Recipe,
  type RecipeChange,
  RecipeRegistered,
  recipeSchema,
} from '@contentflow/contracts';
import { decided, type Experiment, type Hypothesis, type SystemState } from '@contentflow/decisions';
import { recipeVersion } from '@contentflow/recipes';
import { HOUR, measured, observed, systemAfter } from '../../testing/traffic.ts';
import { type ProposalEvidence, proposalsDue } from './proposal-evidence.ts';
import { decideProposals } from './proposals.ts';
import type { StepStatistics } from './steps.ts';
import { workflowGains } from './workflows.ts';

const workflow: Recipe = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: 'Write.' },
  steps: [
    { id: 'draft', instruction: 'Write it.', maxOutputTokens: 400 },
    { id: 'tags', instruction: 'Tag it.', needs: ['draft'], maxOutputTokens: 20 },
    { id: 'teaser', instruction: 'Tease it.', needs: ['draft'], maxOutputTokens: 20 },
  ],
  output: { body: 'draft' },
  model: 'large',
});

/** Cost of one call of each step, in shares of a content of one draft; the draft alone takes time. */
const shares = { draft: 0.86, tags: 0.07, teaser: 0.07 };
const stepsOf = (of: Readonly<Record<string, number>>): ProposalEvidence['steps'] =>
  Object.fromEntries(
    Object.entries(of).map(([id, share]) => {
      const moments = (mean: number) => ({ n: 50, mean, m2: 0 });
      return [
        id,
        { cost: moments(share), time: moments(id === 'draft' ? 20_000 : 0), tokensIn: moments(1), callsPerContent: 1 },
      ];
    }),
  );

/** What the optimizer stands on after an hour of contents of this quality, one after the other. */
function evidenceOf(
  { recipe = workflow, qualities = [8] }: { recipe?: Recipe; qualities?: readonly number[] },
  trials: readonly Trial[] = [],
): ProposalEvidence {
  const base = systemAfter([
    decided(RecipeRegistered, 'email', {
      contentType: 'email',
      recipe,
      version: recipeVersion(recipe),
      source: 'test',
    }),
  ]);
  const traffic = Array.from({ length: 60 }, (_, i) =>
    measured({ unit: `${i}`, time: 1.5 * HOUR, quality: qualities[i % qualities.length] as number }),
  );
  const evidenceAfter = (system: SystemState): ProposalEvidence => {
    const [question] = proposalsDue([observed(traffic)], system, 2 * HOUR);
    return { ...(question?.evidence as ProposalEvidence), screening: null, steps: stepsOf(shares) };
  };
  const untried = evidenceAfter(base);
  return trials.length === 0 ? untried : evidenceAfter(tried(base, untried, trials));
}

interface Trial {
  readonly change: RecipeChange;
  readonly verdict?: 'none' | 'control';
  /** Relative change of the cost. */
  readonly cost: number;
}

/** The system once these changes were tried in the workflow that this evidence tells of. */
function tried(system: SystemState, evidence: ProposalEvidence, trials: readonly Trial[]): SystemState {
  const hypotheses: Record<string, Hypothesis> = {};
  const experiments: Record<string, Experiment> = {};
  for (const [index, { change, verdict = 'none', cost }] of trials.entries()) {
    const proposal = { kind: 'step_removal', lever: 'workflow' as const, change, metric: 'cost' as const };
    const open = { ...evidence, steps: stepsOf({ draft: 0.1, tags: 0.5, teaser: 0.4 }), tested: [] };
    const [proposed] = decideProposals(open, defaultPolicy, [proposal]);
    const hypothesis = { ...(proposed?.data as unknown as Hypothesis), status: 'refuted' as const, proposedAt: 0 };
    hypotheses[hypothesis.hypothesisId] = hypothesis;
    experiments[`e${index}`] = {
      experimentId: `e${index}`,
      origin: { kind: 'hypothesis', id: hypothesis.hypothesisId },
      contentType: 'email',
      lever: 'workflow',
      change,
      metric: 'cost',
      status: 'concluded',
      verdict,
      reason: verdict === 'none' ? 'horizon' : 'guardrail',
      effect: { value: cost, lower: cost - 0.1, upper: cost + 0.1 },
    } as unknown as Experiment;
  }
  return { ...system, hypotheses, experiments };
}

const dropTags: RecipeChange = { kind: 'drop_step', step: 'tags' };
const dropTeaser: RecipeChange = { kind: 'drop_step', step: 'teaser' };
const drafts = (candidates: number): RecipeChange => ({ kind: 'set_candidates', candidates });

const proposed = (evidence: ProposalEvidence, policy: Policy = defaultPolicy) =>
  decideProposals({ ...evidence, freeLevers: ['workflow'] }, policy).map(({ data }) => data);
const changes = (evidence: ProposalEvidence, policy?: Policy) => proposed(evidence, policy).map(({ change }) => change);

describe('the number of drafts', () => {
  const bestAtAnyPrice = policySchema.parse({ objective: { goal: 'maximise_quality', maxCost: 1 } });
  const uneven = [2, 10];
  const two = { ...workflow, candidates: 2 };

  it('brings what order statistics say of the spread of quality, and costs a draft each', () => {
    const evidence = evidenceOf({ recipe: two, qualities: uneven });
    const { quality, cost, time } = workflowGains(evidence, drafts(3));
    const spread = 4 * Math.sqrt(60 / 59);
    expect(quality).toBeCloseTo(((0.84628 - 0.56419) * spread) / 6, 6);
    expect(cost).toBeCloseTo(-0.86 / 1.86, 6);
    expect(time).toBeCloseTo(-1 / 2, 6);
  });

  it('goes up by one, from two to three, where quality varies enough and the money is there', () => {
    const evidence = evidenceOf({ recipe: two, qualities: uneven });
    expect(changes(evidence, generousWith(bestAtAnyPrice))).toContainEqual(drafts(3));
    expect(changes(evidence)).not.toContainEqual(drafts(3));
  });

  it('stays where drafts are too much alike for a choice to bring the least improvement', () => {
    expect(changes(evidenceOf({ recipe: two }), generousWith(bestAtAnyPrice))).not.toContainEqual(drafts(3));
  });

  it('goes down as far as is worth most: to one where drafts are alike, by one where the choice is worth it', () => {
    const three = { ...workflow, candidates: 3 };
    expect(changes(evidenceOf({ recipe: three }))).toContainEqual(drafts(1));
    const caring = policySchema.parse({ objective: { quality: 0.4, cost: 0.3, time: 0 } });
    expect(changes(evidenceOf({ recipe: three, qualities: uneven }), caring)[0]).toEqual(drafts(2));
  });

  const generousWith = (policy: Policy): Policy => ({
    ...policy,
    guardrails: { ...policy.guardrails, timeMargin: 2, costMargin: 2 },
  });
});

describe('workflows that join single changes', () => {
  const both: RecipeChange = { kind: 'join_workflow', changes: [dropTags, dropTeaser] };

  it('are proposed of two steps that are too small to be dropped alone', () => {
    expect(proposed(evidenceOf({}))).toEqual([
      expect.objectContaining({
        kind: 'joined_workflow',
        change: both,
        metric: 'cost',
        expectedGain: expect.closeTo(0.14, 6),
      }),
    ]);
  });

  it('expect of a part that was tried what its trial showed, not what its figures said', () => {
    const [nearMiss] = proposed(evidenceOf({}, [{ change: dropTags, cost: -0.09 }]));
    expect(nearMiss).toMatchObject({ change: both, expectedGain: expect.closeTo(0.16, 6) });
    expect(proposed(evidenceOf({}, [{ change: dropTags, cost: -0.01 }]))).toEqual([]);
  });

  it('have nothing in them that was refuted as harmful in this workflow', () => {
    expect(proposed(evidenceOf({}, [{ change: dropTags, verdict: 'control', cost: -0.09 }]))).toEqual([]);
  });

  it('may hold it again once the workflow has changed', () => {
    const harmful = evidenceOf({}, [{ change: dropTags, verdict: 'control', cost: -0.09 }]);
    const { workflowTrials } = harmful;
    const [teaser, ...others] = workflow.steps.toReversed();
    const other = {
      ...workflow,
      steps: [...others.toReversed(), { ...(teaser as (typeof others)[0]), needs: ['tags'] }],
    };
    expect(changes({ ...evidenceOf({ recipe: other }), workflowTrials })).toContainEqual({
      kind: 'join_workflow',
      changes: [dropTeaser, dropTags],
    });
    // Whether steps run in parallel is no part of what dropping one stands on.
    const parallel = { ...workflow, parallel: true };
    expect(changes({ ...evidenceOf({ recipe: parallel }), workflowTrials })).not.toContainEqual(both);
  });

  it('join no parts again that hurt together', () => {
    const evidence = evidenceOf({});
    const [first] = proposed(evidence);
    const trial = { change: both, metric: 'cost' as const, isHarmful: true };
    const after = { ...evidence, workflowTrials: { [first?.['context'] as string]: trial } };
    expect(proposed(after)).toEqual([]);
  });

  it('leave out what hardly any content needs, however dear it is where it runs', () => {
    const evidence = evidenceOf({});
    const seldom = stepsOf({ draft: 0.6, tags: 0.2, teaser: 0.2 });
    const tags = { ...(seldom['tags'] as StepStatistics), callsPerContent: 0.1 };
    const steps = { ...seldom, tags };
    expect(workflowGains({ ...evidence, steps }, dropTags).cost).toBeCloseTo(0.02 / 0.82, 6);
    expect(changes({ ...evidence, steps })).toEqual([dropTeaser]);
  });

  it('leave to its own trial what can do alone', () => {
    const evidence = { ...evidenceOf({}), steps: stepsOf({ draft: 0.6, tags: 0.2, teaser: 0.2 }) };
    expect(proposed(evidence).map(({ kind }) => kind)).toEqual(['step_removal', 'step_removal']);
  });
});

describe('what is on trial', () => {
  const dear = { ...evidenceOf({}), steps: stepsOf({ draft: 0.6, tags: 0.2, teaser: 0.2 }) };

  it('holds up what moves the same part, and nothing else', () => {
    expect(changes(dear)).toEqual(expect.arrayContaining([dropTags, dropTeaser]));
    expect(changes({ ...dear, open: [dropTags] })).toEqual([dropTeaser]);
    expect(changes({ ...dear, open: [{ kind: 'run_in_parallel', parallel: true }] })).toEqual(changes(dear));
    expect(
      changes({
        ...dear,
        open: [
          {
            kind: 'join_workflow',
            changes: [
              { kind: 'drop_step', step: 'tags' },
              { kind: 'drop_step', step: 'teaser' },
            ],
          },
        ],
      }),
    ).toEqual([]);
  });
});
