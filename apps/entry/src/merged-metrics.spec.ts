import { mergedMetrics } from './merged-metrics.ts';

test('the samples of a metric stand together under one heading', () => {
  const of = (service: string) =>
    `# HELP a Counts\n# TYPE a counter\na{s="${service}"} 1\n# TYPE b gauge\nb{s="${service}"} 2\n`;
  expect(mergedMetrics([of('x'), of('y'), '# off\n'])).toBe(
    '# HELP a Counts\n# TYPE a counter\na{s="x"} 1\na{s="y"} 1\n# TYPE b gauge\nb{s="x"} 2\nb{s="y"} 2\n',
  );
});
