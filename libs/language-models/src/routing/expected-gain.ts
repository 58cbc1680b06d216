import { mean } from '@contentflow/statistics';
import { fitRidge, predict } from './linear-models.ts';
import { fitVectorizer, promptFeatures } from './prompt-features.ts';

/** How much a standard deviation of complexity is expected to gain, in standard deviations of the gain, before anything is known of it. */
const PRIOR_SLOPE = 0.2;

/**
 * Weight of what was expected against what was seen, per prompt learned from. It grows with them: more prompts of the
 * same subjects say more of these subjects, and no more of others.
 */
const PENALTY = 0.008;

/**
 * What better answers a more expensive model is worth for a prompt: more for one that asks to hold more together, and what its words have been
 * found to change of that. What was learned of words fades where they are unknown, and complexity stays.
 * @param gains  of each prompt, in the unit of quality
 */
export function learnGain(prompts: readonly string[], gains: readonly number[]): (prompt: string) => number {
  const features = prompts.map(promptFeatures);
  const scale = scaleOf(features.map(({ complexity }) => complexity));
  const slope = PRIOR_SLOPE * scaleOf(gains).sd;
  const prior = (complexity: number): number => (slope * (complexity - scale.mean)) / scale.sd;
  const vectorizer = fitVectorizer(features);
  const weights = fitRidge(
    features.map(vectorizer.vector),
    features.map(({ complexity }, row) => (gains[row] ?? 0) - prior(complexity)),
    vectorizer.size,
    PENALTY * prompts.length,
  );
  return (prompt) => {
    const own = promptFeatures(prompt);
    return prior(own.complexity) + predict(weights, vectorizer.vector(own));
  };
}

function scaleOf(values: readonly number[]): { mean: number; sd: number } {
  const center = mean(values);
  return { mean: center, sd: Math.sqrt(mean(values.map((value) => (value - center) ** 2))) || 1 };
}
