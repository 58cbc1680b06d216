import type { Answer, metricsSeriesAnswer, metricsSummaryAnswer } from '@contentflow/contracts';
import { useMemo } from 'react';
import { usePolled } from '../api/polling.ts';
import { count, duration, money, score, share, words } from '../format.ts';
import { useAsked } from '../parts/asked.ts';
import { Choice } from '../parts/choice.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { type Line, TimePlot } from '../plots/time-plot.tsx';

type Summary = Answer<typeof metricsSummaryAnswer>;
type Series = Answer<typeof metricsSeriesAnswer>;
type Group = NonNullable<Summary['groups']>[number];

const EVERY_MS = 20_000;
const HOUR_S = 3600;
const RANGES = new Map([
  ['6 hours', 6],
  ['day', 24],
  ['week', 7 * 24],
  ['month', 31 * 24],
]);

/** How fast, how well and at what cost content is made, by content type or model, over a stretch of time. */
export function PerformancePage({ now }: { readonly now: number | undefined }) {
  const asked = useAsked(['range', 'by']);
  const range = asked.value('range') || 'day';
  const by = asked.value('by') || 'contentType';
  const hours = RANGES.get(range) ?? 24;
  // In whole minutes, so that the same question is asked for a while.
  const from = now === undefined ? undefined : Math.floor(now / 60_000) * 60 - hours * HOUR_S;
  const span = from === undefined ? '' : `from=${from}&`;
  const { document: summary, problem } = usePolled<Summary>(`/v1/metrics/summary?${span}by=${by}`, EVERY_MS);
  const { document: series } = usePolled<Series>(`/v1/metrics/series?${span}`, EVERY_MS);
  const set = (name: string, value: string): void => asked.set({ range, by, [name]: value });
  return (
    <Page
      title="Performance"
      actions={
        <>
          <Choice
            label="Range"
            all={null}
            values={[...RANGES.keys()]}
            value={range}
            onChange={(to) => set('range', to)}
          />
          <Choice label="By" all={null} values={['contentType', 'model']} value={by} onChange={(to) => set('by', to)} />
        </>
      }
    >
      <div className="grid">
        <Panel title="Over time" name="curves" note="means of each stretch; times in UTC">
          {series && series.items.length > 0 ? (
            <SeriesPlots series={series} />
          ) : (
            <Empty>{problem ?? 'Nothing was made.'}</Empty>
          )}
        </Panel>
        <Panel title={by === 'model' ? 'By model' : 'By content type'} name="groups">
          {summary && (summary.groups ?? []).length > 0 ? (
            <Groups groups={summary.groups ?? []} all={summary} />
          ) : (
            <Empty>{problem ?? (summary ? 'Nothing was made.' : 'Loading …')}</Empty>
          )}
        </Panel>
      </div>
    </Page>
  );
}

function SeriesPlots({ series }: { readonly series: Series }) {
  const items = useMemo(() => series.items.toSorted((a, b) => a.from - b.from), [series]);
  const times = items.map(({ from }) => from / 1000);
  const line = (name: string, values: (number | null)[]): Line[] => [{ name, color: 'current', values }];
  return (
    <div className="plots">
      <TimePlot
        title="Generation time"
        times={times}
        lines={line(
          'mean',
          items.map(({ performance }) => performance.timeMs.mean),
        )}
        format={duration}
      />
      <TimePlot
        title="Cost per content"
        times={times}
        lines={line(
          'mean',
          items.map(({ cost }) => cost.perSuccess),
        )}
        format={money}
      />
      <TimePlot
        title="Quality, 0–10"
        times={times}
        lines={line(
          'mean',
          items.map(({ quality }) => quality.score.mean),
        )}
        format={score}
      />
      <TimePlot
        title="Success rate"
        times={times}
        lines={line(
          'share',
          items.map(({ content }) => content.successRate),
        )}
        format={share}
      />
    </div>
  );
}

function Groups({ groups, all }: { readonly groups: readonly Group[]; readonly all: Summary }) {
  const rows: readonly (readonly [string, Omit<Group, 'contentType' | 'model'>])[] = [
    ...groups.map((group) => [words(group.contentType ?? group.model ?? ''), group] as const),
    ['all', all],
  ];
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label="Figures of each group">
      <table>
        <thead>
          <tr>
            {['', 'Contents', 'Success', 'Time', 'p95', 'Quality', 'Cost each', 'Spent', 'Cache hits'].map((name) => (
              <th key={name} scope="col">
                {name || <span className="hidden">Group</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, { content, performance, quality, cost }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{count(content.accepted)}</td>
              <td>{share(content.successRate)}</td>
              <td>{duration(performance.timeMs.mean)}</td>
              <td>{duration(performance.timeMs.p95)}</td>
              <td>{score(quality.score.mean)}</td>
              <td>{money(cost.perSuccess)}</td>
              <td>{money(cost.total)}</td>
              <td>{share(performance.cacheHitRate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
