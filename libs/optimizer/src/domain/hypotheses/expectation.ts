import type { Metric, Policy } from '@contentflow/contracts';
import { canonicalJson, ownValue } from '@contentflow/kernel';
import { priceOf, type Proposal } from '@contentflow/recipes';
import { normalDensity, normalUpperTail } from '@contentflow/statistics';
import { sampleOfMetric } from '../arm-statistics.ts';
import type { CacheUse } from '../cache/cache-replay.ts';
import { isWorthTrying } from '../objective.ts';
import type { ProposalEvidence } from './proposal-evidence.ts';
import { workflowGains } from './workflows.ts';

interface Expectation {
  readonly gain: number;
  readonly reason: string;
  /** What else it is known to change, relative, for the better above 0. */
  readonly otherGains?: { readonly cost?: number; readonly time?: number; readonly quality?: number };
}

/** How far true effects are taken to spread around none where nothing teaches better. */
export const EFFECT_SPREAD = 0.15;

/** What an effect that exceeds this comes to on average: of a normal one, E[x | x > least]. */
const meanEffectAbove = (least: number): number =>
  (EFFECT_SPREAD * normalDensity(least / EFFECT_SPREAD)) / normalUpperTail(least / EFFECT_SPREAD);

const noGain: Expectation = { gain: 0, reason: 'there is nothing to gain' };

/** What a proposal is expected to gain on its metric, if all goes well. */
export function expectedGain(
  evidence: ProposalEvidence,
  { change, metric }: Pick<Proposal, 'change' | 'metric'>,
  policy: Policy,
): Expectation {
  const { recipe, traffic } = evidence;
  const mean = (of: Metric): number => sampleOfMetric(traffic, of).mean;
  const rules = policy.hypotheses;
  switch (change.kind) {
    case 'replace_instructions': {
      const saved = (recipe.prompt.instructions.length - change.instructions.length) / 4;
      const calls = recipe.steps.length + recipe.candidates - 1;
      const gain = (saved * calls) / Math.max(1, mean('tokens'));
      const reason = `average tokens ${round(mean('tokens'))} against ${rules.averageTokens}; ${round(saved)} tokens of instructions can go`;
      return { gain: mean('tokens') > rules.averageTokens ? gain : 0, reason };
    }
    case 'run_in_parallel': {
      const gain = workflowGains(evidence, change).time;
      const reason = `average time ${round(mean('time'))} ms against ${rules.averageTimeMs}; independent steps wait for each other`;
      return { gain: mean('time') > rules.averageTimeMs ? gain : 0, reason };
    }
    case 'drop_step': {
      const { cost: gain, time } = workflowGains(evidence, change);
      const reason = `the step "${change.step}" takes ${round(100 * gain)} % of the cost`;
      return { gain, reason, otherGains: { time } };
    }
    case 'set_candidates': {
      const otherGains = workflowGains(evidence, change);
      const { cost, quality } = otherGains;
      const reason = `${change.candidates} drafts instead of ${recipe.candidates}: by the spread of quality ${round(100 * quality)} % of it at most, and ${round(-100 * cost)} % of the cost`;
      return { gain: metric === 'cost' ? cost : quality, reason, otherGains };
    }
    case 'set_words': {
      const body = recipe.steps.find(({ id }) => id === recipe.output.body);
      const made = ownValue(evidence.steps, body?.id ?? '')?.cost.mean ?? 0;
      const saved = 1 - change.words / Math.max(1, recipe.style.words ?? 0);
      const gain = (saved * recipe.candidates * made) / Math.max(1e-9, mean('cost'));
      return {
        gain,
        reason: `${change.words} words where ${recipe.style.words} are asked for now`,
        otherGains: { cost: gain },
      };
    }
    case 'use_model':
      return gainOfModel(evidence, change.model, metric, policy);
    case 'set_cache':
      return gainOfCache(evidence, change, metric, policy);
    case 'set_prompt_order':
      return listedGain(policy);
    case 'set_temperature':
      return recipe.passedOn ? listedGain(policy) : noGain;
    // Of a temperature no figure says that it would gain anything, and it is not known to by a tenth.
    default:
      return noGain;
  }
}

/** Of a use a person has listed what may be tried, and nothing can be tried on held-out briefs before: what effects above the least come to. */
const listedGain = ({ experiments }: Policy): Expectation => ({
  gain: meanEffectAbove(experiments.minimumImprovement),
  reason: 'the policy lists it for this use',
});

/** Cheaper by its price; what another model does to quality only a try can tell. */
function gainOfModel(
  { recipe, traffic, models }: ProposalEvidence,
  name: string,
  metric: Metric,
  policy: Policy,
): Expectation {
  const { objective, experiments, hypotheses: rules } = policy;
  const [from, to] = [recipe.model, name].map((each) => models.find((model) => model.name === each));
  const variance = sampleOfMetric(traffic, 'quality').variance;
  const saving = from && to ? 1 - priceOf(to) / Math.max(1e-9, priceOf(from)) : 0;
  const reason = `variance of quality ${round(variance)} against ${rules.qualityVariance}; price ${round(100 * saving)} % lower`;
  const present = { quality: sampleOfMetric(traffic, 'quality').mean, cost: sampleOfMetric(traffic, 'cost').mean };
  const unforeseen = meanEffectAbove(experiments.minimumImprovement);
  const gains: Partial<Record<Metric, number>> =
    objective.goal !== 'weighted'
      ? { cost: saving, quality: unforeseen }
      : { cost: saving, qualitySpread: variance > rules.qualityVariance ? unforeseen : 0 };
  const gain = isWorthTrying(objective, metric, present) ? (gains[metric] ?? 0) : 0;
  return { gain, reason, otherGains: { cost: saving } };
}

/** Of what answers to other units save: in a trial at equal shares each arm meets half of those that it could answer. */
const SHOWN_OF_SHARED = 0.5;

/** What the latest requests, replayed, would have hit beyond what they hit now. */
function gainOfCache(
  { traffic, caches }: ProposalEvidence,
  settings: CacheUse,
  metric: Metric,
  { hypotheses: rules }: Policy,
): Expectation {
  const hits = sampleOfMetric(traffic, 'cacheHits').mean;
  const replayed = caches.find((cache) => settingsOf(cache) === settingsOf(settings));
  if (!replayed || hits >= rules.cacheHitRate) return noGain;
  const { presentRate: now, hitRate: then, wrongShare } = replayed;
  // A hit costs nothing: the share of what is made now that would be hit.
  const saved = (then - now) / (1 - now);
  const wrong = wrongShare
    ? `; of ${wrongShare.judged} judged answers ${round(100 * wrongShare.upper)} % at most are wrong`
    : '';
  const reason = `cache hit rate ${round(hits)} against ${rules.cacheHitRate}; replayed, the latest requests give ${round(now)} as it is and ${round(then)} at most${wrong}`;
  if (metric === 'cost')
    return { gain: SHOWN_OF_SHARED * saved, reason, otherGains: { time: SHOWN_OF_SHARED * saved } };
  return { gain: (then - now) / Math.max(1e-9, now), reason, otherGains: { cost: saved, time: saved } };
}

const settingsOf = ({ strategy, timeToLiveMs, similarity, key }: CacheUse): string =>
  canonicalJson({ strategy, timeToLiveMs, similarity, key });

const round = (value: number): number => Number(value.toPrecision(3));
