import { run } from './bench.ts';

it('names the benchmarks there are where one is asked for that is none', () =>
  expect(run({}, 'press')).rejects.toThrow(/"press".*gateway/));
