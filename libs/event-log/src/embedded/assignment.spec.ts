import fc from 'fast-check';
import { assigned, type Member } from './assignment.ts';

const partitions = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const members = (n: number, reads: readonly number[]): Member[] =>
  partitions(n).map((i) => ({ name: `m${i}`, partitions: new Set(reads) }));

it('gives each partition to one member, evenly, whoever had them before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 20 }),
      (count, people, before) => {
        const all = partitions(count);
        const owners = new Map(before.slice(0, count).map((owner, partition) => [partition, `m${owner}`]));
        const result = assigned(all, members(people, all), owners);
        const loads = members(people, all).map(({ name }) => [...result.values()].filter((own) => own === name).length);
        expect(result.size).toBe(count);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      },
    ),
  );
});
it('moves no more than it must', () => {
  const all = partitions(6);
  const owners = new Map(all.map((partition) => [partition, `m${partition % 2}`]));
  const result = assigned(all, members(3, all), owners);
  expect(all.filter((partition) => result.get(partition) !== owners.get(partition))).toHaveLength(2);
});
it('gives a partition only to members that read it', () => {
  const result = assigned(
    [0, 1, 2],
    [
      { name: 'a', partitions: new Set([0]) },
      { name: 'b', partitions: new Set([0, 1]) },
    ],
    new Map(),
  );
  expect(result.get(1)).toBe('b');
  expect(result.has(2)).toBe(false);
});
it('gives nothing to nobody', () => {
  expect(assigned([0, 1], [], new Map([[0, 'gone']])).size).toBe(0);
});
