import { type Random, seededRandom } from '@contentflow/kernel';
import { parseWorld } from './parse-world.ts';
import type { World } from './world.ts';

const TYPES = [
  'product_description',
  'blog_post',
  'email',
  'ad_copy',
  'social_post',
  'headline',
  'summary',
  'release_notes',
];
const TONES = ['formal', 'neutral', 'friendly', 'playful', 'authoritative'];
const STRUCTURES = ['bullets', 'paragraphs', 'steps'];
const STEPS = ['plan', 'research', 'outline', 'check', 'polish', 'translate', 'tags'];
const MODELS = ['alpha', 'beta', 'gamma', 'delta'];

/**
 * A world that nobody has designed: content types, workflows, models, what helps and what hurts, readers and traffic are drawn. What works
 * in the shipped worlds alone fails here. The same seed gives the same world.
 */
export function randomWorld(seed: string): World {
  const random = seededRandom(`world ${seed}`);
  const models = MODELS.slice(0, 1 + random.below(MODELS.length)).map((name) => modelOf(name, random.fork(name)));
  const types = random.shuffled(TYPES).slice(0, 1 + random.below(3));
  const names = models.map(({ name }) => name);
  return parseWorld({
    name: `random:${seed}`,
    contentTypes: Object.fromEntries(types.map((type) => [type, contentTypeOf(names, random.fork(type))])),
    models,
    effects: effectsOf(random.fork('effects')),
    readers: {
      ratingShare: between(random, 0.05, 0.4),
      likes: Object.fromEntries(types.map((type) => [type, likesOf(random.fork(`likes ${type}`))])),
    },
    traffic: {
      perHour: Math.round(between(random, 150, 600)),
      daily: [0, 6, 12, 18].map((hour) => [hour, between(random, 0.3, 1.7)]),
      repeatShare: between(random, 0, 0.2),
      paraphraseShare: between(random, 0, 0.2),
    },
    machines: {
      crashPerHour: between(random, 0, 0.01),
      types: [{ name: 'machine', callsAtOnce: 5 + random.below(30) }],
    },
  });
}

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.next();

function modelOf(name: string, random: Random) {
  const usdPerMillionInput = random.logNormal(2, 1);
  return {
    name,
    usdPerMillionInput,
    usdPerMillionOutput: usdPerMillionInput * between(random, 2, 6),
    timeToFirstTokenMs: { median: random.logNormal(800, 0.6), sigma: between(random, 0.2, 0.6) },
    tokensPerSecond: { median: random.logNormal(60, 0.6) },
    failures: { '429': between(random, 0, 0.02), timeout: between(random, 0, 0.02), '5xx': between(random, 0, 0.04) },
    quality: { mean: between(random, 5.5, 8.5), sd: between(random, 0.4, 1.2), perDifficulty: between(random, -3, 0) },
  };
}

function contentTypeOf(models: readonly string[], random: Random) {
  const keyPoints = 1 + random.below(3);
  const ids = [...random.shuffled(STEPS).slice(0, random.below(4)), 'write'];
  const others = random.next() < 0.5 ? ['title'] : [];
  return {
    share: between(random, 0.2, 1),
    difficulty: { mean: between(random, 0.3, 0.7) },
    keyPoints: { min: keyPoints, max: keyPoints + 1 + random.below(4) },
    generation0: {
      model: random.pick(models),
      promptTokens: 200 + random.below(2500),
      examples: random.below(4),
      candidates: 1 + random.below(3),
      temperature: between(random, 0, 1.3),
      tone: random.pick(TONES),
      words: 60 + random.below(500),
      // Each step may need any of those before it.
      steps: [...ids, ...others].map((id, index) => ({
        id,
        needs: ids.slice(0, Math.min(index, ids.length)).filter(() => random.next() < 0.6),
        outputTokens: id === 'write' ? 300 + random.below(1000) : 30 + random.below(300),
      })),
    },
  };
}

/** What each feature adds to quality: as likely to help as to hurt, but for facts left out, which always hurts. */
function effectsOf(random: Random) {
  const either = (): number => between(random, -1.5, 1.5);
  return [
    [
      'keyFactsMissing',
      [
        [0, 0],
        [1, -between(random, 2, 6)],
      ],
    ],
    [
      'promptTokensRemovedShare',
      [
        [0, 0],
        [0.3, either() / 2],
        [0.7, either()],
      ],
    ],
    ...[...STEPS, 'title'].map((id) => [
      `step:${id}`,
      [
        [0, either()],
        [1, 0],
      ],
    ]),
    [
      'examples',
      [
        [0, 0],
        [2, either() / 2],
        [5, either()],
      ],
    ],
    [
      'candidates',
      [
        [1, 0],
        [3, between(random, 0, 1)],
      ],
    ],
    [
      'temperature',
      [
        [0, either() / 2],
        [0.7, 0],
        [1.4, either()],
      ],
    ],
    [
      'toneDistance',
      [
        [0, 0.4],
        [1, -between(random, 0, 1.5)],
      ],
    ],
    [
      'lengthRatio',
      [
        // Of a text without words nothing is left.
        [0, -10],
        [0.5, -between(random, 0, 2)],
        [1, 0],
        [2, -between(random, 0, 2)],
      ],
    ],
  ].map(([feature, points]) => ({ feature, on: 'quality', points }));
}

const likesOf = (random: Random) => ({
  tone: random.pick(TONES),
  words: 50 + random.below(400),
  structure: random.pick(STRUCTURES),
  weight: { tone: random.next(), words: random.next(), structure: random.next() },
});
