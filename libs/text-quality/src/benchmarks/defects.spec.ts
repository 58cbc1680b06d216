import { defectPairs } from './defect-texts.ts';
import { benchDefects } from './defects.ts';

it('sees the defects it was made with, and most of those it was not', () => {
  const lines: string[] = [];
  const known = benchDefects(defectPairs('development'), (line) => lines.push(line));
  expect(known.all.rightFalls).toBeGreaterThan(0.92);
  expect(known.all.scoreFalls).toBeGreaterThan(0.95);
  expect(benchDefects(defectPairs('last'), () => undefined).all.rightFalls).toBeGreaterThan(0.7);
  expect(lines).toHaveLength(1 + known.byKind.size);
});
