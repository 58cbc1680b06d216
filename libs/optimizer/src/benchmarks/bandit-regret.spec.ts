import { seededRandom } from '@contentflow/kernel';
import { linearThompson, linUcb } from './bandit-baselines.ts';
import { benchBanditRegret } from './bandit-regret.ts';

// A reduced run; the full one is `contentflow bench bandit-regret`.
it('the allocation that runs live regrets less than the best tuned of those that do not see the brief', () => {
  const all = benchBanditRegret(() => undefined, { seeds: 6, withSeeing: false });
  expect(all).toHaveLength(4);
  for (const { ratio } of all) expect(ratio).toBeLessThan(0.9);
});

it.each([
  ['linear Thompson sampling', () => linearThompson(2, 0.7, 1, 0)],
  ['LinUCB', () => linUcb(2, 0.3, 1)],
])('%s comes to prefer what is better for the brief', (_name, learner) => {
  const random = seededRandom('prefer');
  const taught = learner();
  for (let i = 0; i < 50; i++) for (const x of [-1, 1]) for (const arm of [0, 1]) taught.reward(arm, [1, x], arm * x);
  const choices = (x: number): number[] => Array.from({ length: 20 }, () => taught.choose([1, x], [0, 1], random));
  expect(new Set(choices(1))).toEqual(new Set([1]));
  expect(new Set(choices(-1))).toEqual(new Set([0]));
});
