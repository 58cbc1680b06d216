import {
  defaultPolicy,
  ModelsOffered,
  PolicyChanged,
  policySchema,
  policyVersion,
  RecipeRegistered,
} from '@contentflow/contracts';
import { decided, type SystemState } from '@contentflow/decisions';
import { recipeOfUse, recipeVersion } from '@contentflow/recipes';
import { HOUR, measured, models, observed, systemAfter } from '../../testing/traffic.ts';
import { thresholdsDue } from '../quality/quality-evolution.ts';
import { modelTrafficDue } from '../models/model-traffic.ts';
import { withdrawnModelsDue } from '../models/withdrawn-models.ts';
import { proposalsDue } from './proposal-evidence.ts';
import { decideProposals } from './proposals.ts';

const NOW = 2 * HOUR;
const USE = 'support-reply';

function systemWith(rules: object | undefined, asked = 'large'): SystemState {
  const registered = policySchema.parse({ uses: { [USE]: { model: asked } } });
  const recipe = recipeOfUse(USE, registered.uses[USE])!;
  const policy = policySchema.parse({ ...defaultPolicy, uses: rules ? { [USE]: rules } : {} });
  return systemAfter([
    decided(RecipeRegistered, USE, { contentType: USE, recipe, version: recipeVersion(recipe), source: 'the policy' }),
    decided(ModelsOffered, 'models', { models }),
    decided(PolicyChanged, 'policy', { policy, version: policyVersion(policy), by: 'test' }),
  ]);
}

const traffic = observed(
  Array.from({ length: 240 }, (_, index) =>
    measured({
      contentType: USE,
      unit: `${index}`,
      time: 1.5 * HOUR,
      quality: 7 + (index % 3) / 2,
      cost: 0.01 + (index % 5) / 1000,
    }),
  ),
);

const proposedUnder = (rules: object | undefined, asked?: string) => {
  const system = systemWith(rules, asked);
  return proposalsDue([traffic], system, NOW).flatMap(({ evidence }) => {
    expect(evidence.screening).toBeNull();
    return decideProposals(evidence, system.policy).map(({ data }) => (data as { change: object }).change);
  });
};

describe('what is proposed for a use', () => {
  const [cheap, dear] = models
    .toSorted((a, b) => a.usdPerMillionOutput - b.usdPerMillionOutput)
    .map(({ name }) => name);

  it('is nothing while the policy says nothing of it, or nothing that may be tried', () => {
    expect(proposedUnder(undefined, dear)).toEqual([]);
    expect(proposedUnder({}, dear)).toEqual([]);
    expect(proposedUnder({ model: dear }, dear)).toEqual([]);
    expect(proposedUnder({ model: dear, models: ['nobody-offers-it'] }, dear)).toEqual([]);
  });

  it('is what the policy lists: models, temperatures and the order of instructions, side by side', () => {
    const rules = { model: dear, models: [cheap], temperatures: [0.2], stablePromptFirst: true };
    const changes = proposedUnder(rules, dear);
    expect(changes).toHaveLength(3);
    expect(changes).toEqual(
      expect.arrayContaining([
        { kind: 'use_model', model: cheap },
        { kind: 'set_temperature', temperature: 0.2 },
        { kind: 'set_prompt_order', order: 'stable_first' },
      ]),
    );
    expect(proposedUnder({ model: dear, temperatures: [1] }, dear)).toEqual([]);
  });

  it('is never what only a recipe has: thresholds, models by brief, or a stand-in for a model that is gone', () => {
    const day = observed(
      Array.from({ length: 600 }, (_, index) => {
        const holdback = index % 10 === 0;
        const quality = (holdback ? 5 : 8) + (index % 3) / 10;
        const time = (index / 600) * 1.9 * HOUR;
        return measured({ contentType: USE, unit: `${index}`, time, quality, assignment: { holdback } });
      }),
    );
    const used = systemWith({ model: dear, models: [cheap] }, dear);
    const { passedOn: _, ...recipe } = used.generation0[USE]!;
    const made = { ...used, generation0: { [USE]: recipe } };
    expect(thresholdsDue([day], made, NOW)).toHaveLength(1);
    expect(thresholdsDue([day], used, NOW)).toEqual([]);
    expect(modelTrafficDue([day], made, NOW)).toHaveLength(1);
    expect(modelTrafficDue([day], used, NOW)).toEqual([]);
    const gone = { ...used, models: models.filter(({ name }) => name !== dear) };
    expect(withdrawnModelsDue({ ...gone, generation0: { [USE]: recipe } })).toHaveLength(1);
    expect(withdrawnModelsDue(gone)).toEqual([]);
  });
});
