import { recipeSchema, type Routing } from '@contentflow/contracts';
import { withChange } from './recipe-change.ts';
import { routed, segmentOf } from './routing.ts';

const shares = (small: number) => [
  { model: 'large', share: 1 - small },
  { model: 'small', share: small },
];
const routing: Routing = [
  { keyPoints: 2, words: 100, shares: shares(1) },
  { keyPoints: 2, words: null, shares: shares(0.3) },
  { keyPoints: null, words: null, shares: shares(0) },
];
const recipe = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: '' },
  steps: [
    { id: 'outline', instruction: '.', maxOutputTokens: 1, model: 'tiny' },
    { id: 'draft', instruction: '.', maxOutputTokens: 1 },
  ],
  output: { body: 'draft' },
  model: 'large',
});
const byBrief = withChange(recipe, { kind: 'route_models', routing });
const brief = (keyPoints: number, length?: number) => ({
  contentType: 'email',
  topic: 't',
  keyPoints: Array.from({ length: keyPoints }, (_, i) => `${i}`),
  ...(length === undefined ? {} : { length }),
});

describe('which model makes a brief', () => {
  it.each([
    [0, 0, 0],
    [2, 100, 0],
    [2, 101, 1],
    [3, 0, 2],
  ])('%i key points and %i words belong to segment %i', (keyPoints, words, segment) => {
    expect(segmentOf(routing, { keyPoints, words })).toBe(routing[segment]);
  });

  it('is drawn by the shares of its segment', () => {
    const drawn = Array.from({ length: 2000 }, (_, unit) => routed(byBrief, brief(1, 200), `${unit}`).model);
    expect(drawn.filter((model) => model === 'small').length / 2000).toBeCloseTo(0.3, 1);
    expect(routed(byBrief, brief(1), 'u').model).toBe('small');
    expect(routed(byBrief, brief(9), 'u').model).toBe('large');
    expect(routed(byBrief, brief(9), 'u')).toBe(routed(byBrief, brief(9), 'v'));
  });

  it('stays the same when a unit comes back, and changes for none but those whose share moved', () => {
    const more: Routing = routing.map((segment) => ({ ...segment, shares: shares(0.4) }));
    for (let unit = 0; unit < 200; unit++) {
      const before = routed(byBrief, brief(1, 200), `${unit}`).model;
      expect(routed(byBrief, brief(1, 200), `${unit}`).model).toBe(before);
      if (before === 'large') continue;
      expect(routed({ ...byBrief, routing: more }, brief(1, 200), `${unit}`).model).toBe('small');
    }
  });

  it('is the recipe’s own where nothing is routed, and a step’s own where it has one', () => {
    expect(routed(recipe, brief(1), 'u')).toBe(recipe);
    expect(routed(byBrief, brief(1), 'u').steps.map(({ model }) => model)).toEqual(['tiny', undefined]);
  });

  it('is one model for all again when another takes over', () => {
    expect(withChange(byBrief, { kind: 'use_model', model: 'swift' })).toEqual({ ...recipe, model: 'swift' });
  });
});
