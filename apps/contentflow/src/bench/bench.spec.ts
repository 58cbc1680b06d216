import { run } from './bench.ts';

it('names the benchmarks there are where one is asked for that is none', () =>
  expect(run({ engine: 'embedded', crashes: 1, seed: 1 }, 'press')).rejects.toThrow(/"press".*gateway/));
