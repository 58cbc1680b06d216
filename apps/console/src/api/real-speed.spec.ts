import { speedOf } from './real-speed.ts';

it('is the speed that was measured, once there is enough to measure it by', () => {
  expect(speedOf([])).toBeUndefined();
  expect(
    speedOf([
      { at: 0, real: 0 },
      { at: 90_000, real: 2000 },
    ]),
  ).toBeUndefined();
  expect(
    speedOf([
      { at: 0, real: 1000 },
      { at: 900_000, real: 5000 },
      { at: 410_000, real: 11_000 },
    ]),
  ).toBe(41);
});
