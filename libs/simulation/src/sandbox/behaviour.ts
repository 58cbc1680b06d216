import { seededRandom } from '@contentflow/kernel';
import { effectOn, type Features, type Setting } from '../world/world-at.ts';
import type { WorldContentType, WorldModel } from '../world/world.ts';
import { bodyStepOf } from './generation0.ts';

/** How a world behaves, in expectation: what the sandbox draws around, and the truth is written from. */

/** Of a body's tokens, the share that goes with the length asked for; the rest is there at any length. */
const LENGTH_SHARE = 0.6;
const DEFAULT_OUTPUT_TOKENS = 200;

/**
 * How hard a brief is, in [0, 1]: half of it shows in its number of key points, the rest lies in the topic.
 * @param keyPoints  how many
 */
export function difficultyOf({ difficulty, keyPoints }: WorldContentType, topic: string, points: number): number {
  const hidden = seededRandom(`difficulty/${topic.trim().toLowerCase()}`).normal();
  const spread = (keyPoints.max - keyPoints.min) / Math.sqrt(12);
  const shown = spread === 0 ? 0 : (points - (keyPoints.min + keyPoints.max) / 2) / spread;
  return Math.min(1, Math.max(0, difficulty.mean + difficulty.sd * (0.5 * shown + 0.87 * hidden)));
}

/** Mean quality before any noise, not yet held within 0–10. */
export function meanQuality(setting: Setting, model: WorldModel, difficulty: number, features: Features): number {
  const { mean, perDifficulty } = model.quality;
  return mean + perDifficulty * (difficulty - 0.5) + effectOn(setting, 'quality', features);
}

/** Mean tokens that a step writes. */
export function meanOutputTokens(
  setting: Setting,
  step: string | undefined,
  words: number | undefined,
  features: Features,
): number {
  const { generation0 } = setting.type;
  const body = bodyStepOf(generation0);
  const isBody = step === undefined || step === body || step === REVISION;
  const usual =
    generation0.steps.find(({ id }) => id === (isBody ? body : step))?.outputTokens ?? DEFAULT_OUTPUT_TOKENS;
  const ratio = isBody && words !== undefined ? words / generation0.words : 1;
  const byLength = 1 - LENGTH_SHARE + LENGTH_SHARE * ratio;
  return Math.max(1, usual * byLength * effectOn(setting, 'tokens', features));
}

/** The step by which a poor body is written anew. */
export const REVISION = 'revise';
