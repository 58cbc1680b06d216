import type { FullReport } from './full-report.ts';
import { instant, words } from './figures.ts';
import type { Mark } from './timeline.ts';

/** What the report tells of decisions, each at its time. */
export function marksOf({ system_evolution: evolution, series }: FullReport): Mark[] {
  const said = (name: string, time: number, what: string): Mark => ({
    name,
    time,
    says: `${name} at ${instant(time)}: ${what}`,
  });
  const concluded = series.learning.flatMap(({ time, concluded: sofar }, i) =>
    sofar > (series.learning[i - 1]?.concluded ?? 0) ? [said('ExperimentConcluded', time, `number ${sofar}`)] : [],
  );
  const improved = evolution.improvements_applied.flatMap(({ events, content_type, impact }) =>
    events.map(({ name, time }) => said(name, time, `${words(content_type)}, ${impact}`)),
  );
  const refuted = evolution.refuted_hypotheses.map(({ name, time, reason }) => said(name, time, words(reason)));
  const scaled = series.load.flatMap(({ from, instances }, i) => {
    const before = series.load[i - 1]?.instances ?? 1;
    return instances === before ? [] : [said('ScalingDecided', from, `from ${before} to ${instances} instances`)];
  });
  return [...concluded, ...improved, ...refuted, ...scaled];
}
