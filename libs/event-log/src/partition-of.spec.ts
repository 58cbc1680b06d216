import { partitionOf } from './partition-of.ts';

it('never changes: what is written once must be found again', () => {
  const partitions = ['', 'brief-1', 'brief-2', 'Überschrift', '🚀', 'contentflow/product_description'].map((subject) =>
    partitionOf(subject, 16),
  );
  expect(partitions).toEqual([11, 7, 6, 15, 4, 8]);
});
it('spreads similar subjects evenly', () => {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 4_000; i++) counts[partitionOf(`brief-${i}`, 4)]!++;
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(100);
});
