import { defaultPolicy, type Policy, policySchema } from '@contentflow/contracts';
import { HOUR_MS, seededRandom } from '@contentflow/kernel';
import { segmentOf } from '@contentflow/recipes';
import { cheap, strong, type TrueModel, windowsDrawn } from '../../testing/models.ts';
import { recipe } from '../../testing/traffic.ts';
import { allocate, type Allocation } from './allocation.ts';
import { loadSolver } from './linear-program.ts';
import { outcomeEvidence } from './outcome-evidence.ts';

const present = { ...recipe, model: 'strong' };
const offered = ['strong', 'cheap'].map((name, i) => ({
  name,
  usdPerMillionInput: 10 ** (1 - i),
  usdPerMillionOutput: 10 ** (1 - i),
}));

interface Known {
  readonly models?: Readonly<Record<string, { readonly of: TrueModel; readonly count: number }>>;
  readonly policy?: Policy;
  readonly offers?: typeof offered;
  readonly from?: typeof present;
  /** Of what was seen and of what is drawn. */
  readonly seed?: number | string;
}
const both = { strong: { of: strong, count: 300 }, cheap: { of: cheap, count: 300 } };
function allocated({
  models = both,
  policy = defaultPolicy,
  offers = offered,
  from = present,
  seed = '',
}: Known): Allocation | undefined {
  const evidence = outcomeEvidence(
    windowsDrawn(seededRandom(`allocation${seed}`), [{ models }, { models }]),
    offers,
    6 * HOUR_MS,
  );
  return allocate(evidence, from, policy, seededRandom(`draws${seed}`));
}
const shareOf = ({ routing }: Allocation, model: string, keyPoints: number): number =>
  segmentOf(routing, { keyPoints, words: 0 }).shares.find((each) => each.model === model)?.share ?? 0;
const floor = defaultPolicy.allocation.explorationShare;
const aiming = (objective: object): Policy => policySchema.parse({ objective });

beforeAll(loadSolver);

describe('an allocation of briefs to models', () => {
  it('gives easy briefs to the cheap model and hard ones to the strong one, at the quality there was', () => {
    const found = allocated({}) as Allocation;
    expect(shareOf(found, 'cheap', 1)).toBeGreaterThan(0.9);
    expect(shareOf(found, 'cheap', 9)).toBeLessThan(0.3);
    expect(found.expected.cost).toBeLessThan(0.8 * found.bestSingle.cost);
    expect(found.expected.quality).toBeGreaterThan(found.present.quality - defaultPolicy.guardrails.qualityMargin / 2);
    expect(found.gain).toBeGreaterThan(0);
  });

  it('hands out whole segments: shares add up to one, and exploration has its part in each', () => {
    const { routing } = allocated({}) as Allocation;
    for (const { shares } of routing) {
      expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2);
      for (const { share } of shares) expect(share).toBeGreaterThanOrEqual(floor / 2);
    }
    expect(routing.at(-1)).toMatchObject({ keyPoints: null, words: null });
  });

  it('gains nothing by sharing where one model is the better at everything', () => {
    const better: TrueModel = (points) => ({ ...strong(points), cost: 0.01 });
    const found = allocated({ models: { ...both, cheap: { of: better, count: 300 } } }) as Allocation;
    expect(found.gain).toBeLessThanOrEqual(0);
    expect(shareOf(found, 'cheap', 9)).toBeGreaterThan(0.9);
  });

  it('spends as little as it can while quality is what the user asked for', () => {
    const shares = [7.5, 7, 6].map((minQuality) => {
      const found = allocated({ policy: aiming({ goal: 'minimise_cost', minQuality }) }) as Allocation;
      expect(found.expected.quality).toBeGreaterThan(minQuality);
      return found.expected.cost;
    });
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(shares[2]).toBeLessThan(0.5 * (shares[0] as number));
  });

  it('is as good as it can be at what the user will pay', () => {
    const from = { ...present, model: 'cheap' };
    const found = [0.02, 0.05, 0.2].map((maxCost) => {
      const { expected } = allocated({ from, policy: aiming({ goal: 'maximise_quality', maxCost }) }) as Allocation;
      expect(expected.cost).toBeLessThanOrEqual(maxCost);
      return expected.quality;
    });
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  });

  it('never expects to cost more than the user will pay, whatever was seen and drawn', () => {
    const from = { ...present, model: 'cheap' };
    for (let seed = 1; seed <= 40; seed++) {
      const maxCost = [0.02, 0.03, 0.05, 0.08][seed % 4] as number;
      const policy = aiming({ goal: 'maximise_quality', maxCost });
      const found = allocated({ from, policy, seed }) as Allocation;
      expect({ seed, isKept: found.expected.cost <= maxCost }).toEqual({ seed, isKept: true });
    }
  });

  it('gives a model that is hardly known a fifth of a segment at most where it promises most, else its part of the exploration', () => {
    const withNew = (price: number): Allocation => {
      const offers = [...offered, { name: 'new', usdPerMillionInput: price, usdPerMillionOutput: price }];
      return allocated({ offers }) as Allocation;
    };
    expect(shareOf(withNew(0.01), 'new', 1)).toBeGreaterThan(0.05);
    expect(shareOf(withNew(0.01), 'new', 1)).toBeLessThanOrEqual(0.2);
    expect(shareOf(withNew(100), 'new', 1)).toBeCloseTo(floor / 3, 3);
    expect(shareOf(withNew(100), 'new', 9)).toBeCloseTo(floor / 3, 3);
  });

  it('stays away while only one model is known', () => {
    expect(allocated({ models: { strong: both.strong } })).toBeUndefined();
    expect(allocated({ models: { strong: both.strong, cheap: { of: cheap, count: 10 } } })).toBeUndefined();
  });

  it('goes on being revised once it has left all models but one for so long that they count as hardly known', () => {
    const { routing } = allocated({}) as Allocation;
    const models = { strong: { of: strong, count: 4 }, cheap: { of: cheap, count: 300 } };
    expect(allocated({ models })).toBeUndefined();
    const revised = allocated({ models, from: { ...present, routing } as typeof present }) as Allocation;
    expect(shareOf(revised, 'cheap', 1)).toBeGreaterThan(0.5);
    expect(shareOf(revised, 'strong', 9)).toBeLessThanOrEqual(0.2);
  });

  it('lets a model come back that was left until little is known of it, once the one in favour falls', () => {
    const { routing } = allocated({}) as Allocation;
    const fallen: TrueModel = (points) => ({ ...strong(points), quality: 3 });
    const models = { strong: { of: fallen, count: 300 }, cheap: { of: cheap, count: 12 } };
    expect(allocated({ models })).toBeUndefined();
    const revised = allocated({ models, from: { ...present, routing } as typeof present }) as Allocation;
    expect(shareOf(revised, 'cheap', 9)).toBeGreaterThan(0.5);
  });

  it('keeps to the quality without sharing, however often it is revised', () => {
    const first = allocated({}) as Allocation;
    const revised = allocated({ from: { ...present, routing: first.routing } as typeof present }) as Allocation;
    expect(revised.present).toEqual(first.present);
    expect(revised.routing.map(({ keyPoints, words }) => [keyPoints, words])).toEqual(
      first.routing.map(({ keyPoints, words }) => [keyPoints, words]),
    );
  });

  it('goes on among the others when the recipe’s own model is offered no more', () => {
    const { routing } = allocated({}) as Allocation;
    const revised = allocated({ from: { ...present, model: 'gone', routing } as typeof present }) as Allocation;
    expect(shareOf(revised, 'cheap', 1)).toBeGreaterThan(0.5);
    expect(allocated({ from: { ...present, model: 'gone' } })).toBeUndefined();
  });

  it('is the same for whoever finds it again', () => {
    expect(allocated({})).toEqual({ ...allocated({}), worth: expect.anything() });
  });
});
