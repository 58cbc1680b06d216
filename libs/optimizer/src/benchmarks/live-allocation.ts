import { policySchema, type Recipe, type Routing } from '@contentflow/contracts';
import { MINUTE_MS, type Random } from '@contentflow/kernel';
import { segmentOf } from '@contentflow/recipes';
import { allocate, sharingRulesOf } from '../domain/models/allocation.ts';
import { loadSolver } from '../domain/models/linear-program.ts';
import { outcomeEvidence } from '../domain/models/outcome-evidence.ts';
import { noOutcomes, type OutcomeWindow, recordOutcome } from '../domain/models/outcome-windows.ts';
import { covariatesOf } from '../testing/models.ts';
import { measured, recipe } from '../testing/traffic.ts';
import type { Learner } from './bandit-baselines.ts';

await loadSolver();

const WINDOW_MS = 30 * MINUTE_MS;
const BRIEFS_PER_WINDOW = 125;

/** Money is no object, and all models are alike in it and in time: what is left is the reward, as points of quality. */
const policy = policySchema.parse({ objective: { goal: 'maximise_quality', maxCost: 1 } });
const TYPICAL_QUALITY = 7;

/**
 * The allocation that runs live, as a learner: 250 briefs an hour, all models alike until two are known well enough, as in their experiments, then the
 * shares in force. Others decide brief by brief, and learn twenty briefs later.
 */
export function liveAllocation(): Learner {
  const { data: template } = measured({ unit: 'u', time: 0 });
  const windows: OutcomeWindow[] = [noOutcomes()];
  let routing: Routing | undefined;
  let round = 0;
  const revise = (arms: readonly number[], random: Random): void => {
    const offered = arms.map((arm) => ({ name: `${arm}`, usdPerMillionInput: 1, usdPerMillionOutput: 3 }));
    const aged = windows.map((window, index) => ({ window, ageMs: (windows.length - 1 - index) * WINDOW_MS }));
    const current: Recipe = { ...recipe, model: '0', ...(routing ? { routing } : {}) };
    const evidence = outcomeEvidence(aged, offered, sharingRulesOf(policy, current).halfLifeMs);
    routing = allocate(evidence, current, policy, random)?.routing ?? routing;
  };
  return {
    choose(context, arms, random) {
      if (round > 0 && round % BRIEFS_PER_WINDOW === 0) {
        revise(arms, random);
        windows.push(noOutcomes());
      }
      round++;
      if (!routing) return random.pick(arms);
      const { shares } = segmentOf(routing, briefOf(context));
      let left = random.next();
      return Number((shares.find(({ share }) => (left -= share) < 0) ?? shares[0])?.model);
    },
    reward(arm, context, reward) {
      const { keyPoints, words } = briefOf(context);
      const covariates = { ...covariatesOf(keyPoints), words };
      const metrics = { ...template.metrics, quality: TYPICAL_QUALITY + reward };
      recordOutcome(windows.at(-1) as OutcomeWindow, { ...template, model: `${arm}`, covariates, metrics });
    },
  };
}

/** A brief that shows this context: the model of outcomes sees key points about 4, and the logarithm of words about 150. */
const briefOf = ([, first = 0, second = 0]: readonly number[]): { keyPoints: number; words: number } => ({
  keyPoints: Math.round(4 + 4 * first),
  words: Math.round(150 * Math.exp(second)),
});
