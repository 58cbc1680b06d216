import { seededRandom } from '@contentflow/kernel';
import { linearThompson, linUcb } from './bandit-baselines.ts';

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
