import { seededRandom } from '@contentflow/kernel';
import { loadWorld } from '../adapters/world-files.ts';
import type { ParsedPrompt } from '../sandbox/read-request.ts';
import { correlation } from '../testing/correlation.ts';
import { plainScore } from '../testing/plain-meter.ts';
import { BriefMaker } from '../traffic/briefs.ts';
import { composeBody, defectsOf, expectedLengthFactor } from './compose-body.ts';

const world = loadWorld('default');
const random = seededRandom('texts');
const maker = new BriefMaker(world);
const asks = Array.from({ length: 200 }, (): ParsedPrompt & { contentType: string; words: number } => {
  const { brief } = maker.next(random);
  const { tone, words } = world.contentTypes[brief.contentType]?.generation0 ?? { tone: 'neutral', words: 200 };
  const { contentType, topic, audience, keyPoints = [], keywords = [] } = brief;
  return {
    contentType,
    topic,
    audience,
    keyPoints,
    keywords,
    tone: brief.tone ?? tone,
    words: brief.length ?? words,
    structure: undefined,
  };
});

function textOf(quality: number, i: number): { text: string; score: number; length: number } {
  const ask = asks[i % asks.length] as (typeof asks)[number];
  const text = composeBody(
    ask.contentType,
    ask,
    ask.words,
    defectsOf(quality, random.fork(`defects${i}`)),
    random.fork(i),
  );
  return { text, score: plainScore(ask, ask.words, text), length: text.split(/\s+/).length / ask.words };
}
const meanScore = (quality: number, n: number): number =>
  Array.from({ length: n }, (_, i) => textOf(quality, i).score).reduce((sum, score) => sum + score, 0) / n;

describe('a composed text', () => {
  it('shows its quality to a meter that reads nothing but request and text', () => {
    const qualities = Array.from({ length: 1000 }, (_, i) => 3 + (7 * i) / 999);
    const scores = qualities.map((quality, i) => textOf(quality, 7 * i).score);
    expect(correlation(qualities, scores)).toBeGreaterThan(0.7);
  });

  it.each([5, 6.5, 8])('shows a shift of 0.3 in mean quality at %d', (quality) => {
    expect(meanScore(quality + 0.3, 800) - meanScore(quality, 800)).toBeGreaterThan(0.1);
  });

  it('is about as long as expected', () => {
    for (const quality of [4, 7, 9.5]) {
      const lengths = Array.from({ length: 300 }, (_, i) => textOf(quality, i).length);
      const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
      expect(mean / expectedLengthFactor(quality)).toBeGreaterThan(0.9);
      expect(mean / expectedLengthFactor(quality)).toBeLessThan(1.15);
    }
  });

  it('without a defect holds all that was asked', () => {
    const ask = {
      ...(asks[0] as (typeof asks)[number]),
      structure: 'bullets',
      keyPoints: ['a lid', 'a handle'],
      keywords: ['gift idea'],
    };
    const text = composeBody(
      ask.contentType,
      ask,
      200,
      { ...defectsOf(10, seededRandom(1)), slips: 0 },
      seededRandom(2),
    );
    expect(text).toContain('- A lid\n- A handle');
    expect(text).toContain('gift idea');
    expect(text).toContain('\n\n');
  });
});
