import { benchPlantedCauses } from './planted-causes.ts';

it('names planted causes first, and nothing where nothing is planted', () => {
  const lines: string[] = [];
  const options = { trials: 4, generations: 6000, attributes: 6, support: 0.02 };
  const { single, pair, quiet } = benchPlantedCauses(options, (line) => lines.push(line));
  expect(single).toBe(1);
  expect(pair).toBeGreaterThanOrEqual(0.75);
  expect(quiet).toBeGreaterThanOrEqual(0.75);
  expect(lines).toHaveLength(2);
});
