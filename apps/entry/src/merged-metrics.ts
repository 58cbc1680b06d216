/** Figures of several processes as one text: the samples of a metric stand together, as Prometheus wants them. */
export function mergedMetrics(texts: readonly string[]): string {
  const comments = new Map<string, Set<string>>();
  const samples = new Map<string, string[]>();
  for (const text of texts) {
    let family = '';
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const named = /^# (?:HELP|TYPE|UNIT) (\S+)/.exec(line)?.[1];
      if (named !== undefined) {
        family = named;
        comments.set(family, (comments.get(family) ?? new Set()).add(line));
      } else if (!line.startsWith('#')) samples.set(family, [...(samples.get(family) ?? []), line]);
    }
  }
  return [...samples].map(([family, lines]) => [...(comments.get(family) ?? []), ...lines, ''].join('\n')).join('');
}
