import { seededRandom } from '@contentflow/kernel';
import { addArm, chooseArm, observeReward, outlook, removeArm, startBandit, type BanditState } from './bandit.ts';
import { benchBanditRegret } from './benchmarks/bandit-regret.ts';

const always = { features: 1, discount: 1, floor: 0, priorWeight: 1 };
const taught = (state: BanditState, name: string, rewards: readonly number[]): BanditState =>
  rewards.reduce((next, reward) => observeReward(next, name, [1], reward), state);

describe('the contextual bandit', () => {
  it('expects what ridge regression expects', () => {
    // y = 2 + 3x at x = −1, 0, 1, 2 with a ridge of 1: solved by hand, (XᵀX + I)⁻¹Xᵀy with XᵀX = [[4, 2], [2, 6]], Xᵀy = [14, 22]
    let state = startBandit(['a'], { ...always, features: 2 });
    for (const x of [-1, 0, 1, 2]) state = observeReward(state, 'a', [1, x], 2 + 3 * x);
    const [level, slope] = [(14 * 7 - 22 * 2) / 31, (22 * 5 - 14 * 2) / 31];
    expect(outlook(state, [1, 0.5])[0]?.mean).toBeCloseTo(level + 0.5 * slope, 12);
  });

  it('comes to prefer the better arm', () => {
    const state = taught(
      taught(startBandit(['good', 'bad'], always), 'good', Array(50).fill(1)),
      'bad',
      Array(50).fill(0),
    );
    const random = seededRandom('prefer');
    expect(
      Array.from({ length: 200 }, () => chooseArm(state, [1], random)).filter((arm) => arm === 'good').length,
    ).toBe(200);
  });

  it('keeps to its floor of exploration, and to what is eligible', () => {
    const state = taught(
      taught(startBandit(['good', 'bad'], { ...always, floor: 0.05 }), 'good', Array(500).fill(1)),
      'bad',
      Array(500).fill(0),
    );
    const random = seededRandom('floor');
    const bad = Array.from({ length: 4000 }, () => chooseArm(state, [1], random)).filter((arm) => arm === 'bad').length;
    expect(bad / 4000).toBeGreaterThan(0.035);
    expect(bad / 4000).toBeLessThan(0.065);
    expect(chooseArm(state, [1], random, ({ arm }) => arm === 'bad')).toBe('bad');
    expect(() => chooseArm(state, [1], random, () => false)).toThrow(RangeError);
  });

  it('forgets: an arm not tried for long is unsure again', () => {
    const fresh = taught(startBandit(['a', 'b'], { ...always, discount: 0.99 }), 'a', Array(200).fill(1));
    const later = taught(fresh, 'b', Array(300).fill(1));
    const errorOfA = (state: BanditState) => outlook(state, [1])[0]?.error as number;
    expect(errorOfA(later)).toBeGreaterThan(1.5 * errorOfA(fresh));
  });

  it('expects of a new arm what the others bring, unsurely', () => {
    const state = addArm(taught(startBandit(['a'], always), 'a', Array(200).fill(5)), 'new');
    const [known, unknown] = outlook(state, [1]);
    expect(unknown?.mean).toBeCloseTo(5, 1);
    expect(unknown?.error).toBeGreaterThan(5 * (known?.error as number));
  });

  it('takes rewards late and in any order, and ignores those of arms that are gone', () => {
    const start = startBandit(['a', 'b'], always);
    const one = observeReward(observeReward(start, 'a', [1], 1), 'b', [1], 3);
    const other = observeReward(observeReward(start, 'b', [1], 3), 'a', [1], 1);
    expect(outlook(one, [1]).map(({ mean }) => mean)).toEqual(outlook(other, [1]).map(({ mean }) => mean));
    expect(observeReward(removeArm(start, 'a'), 'a', [1], 9).step).toBe(0);
    expect(() => addArm(start, 'a')).toThrow(RangeError);
  });

  // 6 of the benchmark's 100 seeds, at a quarter of its rounds
  it('regrets less than tuned baselines', () => {
    for (const { ratio } of benchBanditRegret({ seeds: 6, rounds: 1000, withSeeing: false }, () => undefined))
      expect(ratio).toBeLessThan(0.8);
  });
});
