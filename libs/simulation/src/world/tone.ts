import { ownValue } from '@contentflow/kernel';
/** Where tones stand: from formal to playful, and from calm to heated. */
const positions: Readonly<Record<string, readonly [formality: number, heat: number]>> = {
  academic: [0, 0],
  formal: [0, 0],
  authoritative: [0.1, 0.3],
  serious: [0.1, 0.1],
  professional: [0.2, 0],
  informative: [0.35, 0],
  neutral: [0.4, 0],
  confident: [0.4, 0.3],
  persuasive: [0.55, 0.4],
  urgent: [0.55, 0.7],
  warm: [0.7, 0],
  conversational: [0.7, 0],
  friendly: [0.75, 0],
  casual: [0.85, 0.1],
  enthusiastic: [0.85, 0.4],
  energetic: [0.85, 0.5],
  humorous: [0.95, 0.2],
  playful: [1, 0.2],
  aggressive: [0.6, 1],
};
/** Between two tones of which one stands nowhere. */
const UNKNOWN_DISTANCE = 0.6;

/** How far two tones are apart: 0 the same, 1 opposite. */
export function toneDistance(a: string, b: string): number {
  const [from, to] = [a.trim().toLowerCase(), b.trim().toLowerCase()];
  if (from === to) return 0;
  const [p, q] = [ownValue(positions, from), ownValue(positions, to)];
  if (!p || !q) return UNKNOWN_DISTANCE;
  return Math.min(1, Math.hypot(p[0] - q[0], p[1] - q[1]));
}

/** The voices that the stock of sentences has. */
export const voices = ['formal', 'neutral', 'friendly', 'playful', 'aggressive'] as const;
export type Voice = (typeof voices)[number];

export function nearestVoice(tone: string): Voice {
  return voices.reduce(
    (best, voice) => (toneDistance(tone, voice) < toneDistance(tone, best) ? voice : best),
    'neutral',
  );
}
