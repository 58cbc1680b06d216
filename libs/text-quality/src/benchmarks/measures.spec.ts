import { benchMeasures } from './measures.ts';

it('measures every text, and finds those of many texts that nearly repeat another', () => {
  let clock = 0;
  const lines: string[] = [];
  const options = { measured: 50, compared: 200, milliseconds: () => clock++ };
  const { median, duplicates } = benchMeasures(options, (line) => lines.push(line));
  expect(median).toBe(1);
  expect(duplicates).toBeGreaterThanOrEqual(100);
  expect(lines).toHaveLength(2);
});
