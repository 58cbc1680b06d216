/** What a process really sends: for each figure its labels, and the values that each of them had. */
export type SentFigures = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

/** Of a text in Prometheus' format. */
export function sentFigures(text: string): SentFigures {
  const figures = new Map<string, Map<string, Set<string>>>();
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, name = '', written = ''] = /^([\w:]+)(?:\{(.*)\})? /.exec(line) ?? [];
    const labels = figures.get(name) ?? new Map<string, Set<string>>();
    figures.set(name, labels);
    for (const [, label = '', value = ''] of written.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
      labels.set(label, (labels.get(label) ?? new Set()).add(value));
  }
  return figures;
}
