import type { Estimate, Report } from '@contentflow/contracts';
import { change, count, duration, isPrecise, money, score, share } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';

interface Figure {
  readonly metric: keyof Report['system_evolution']['initial_performance'];
  readonly title: string;
  readonly format: (value: number | null) => string;
  readonly isLowerBetter: boolean;
}

const figures: readonly Figure[] = [
  { metric: 'avg_generation_time', title: 'Generation time', format: duration, isLowerBetter: true },
  { metric: 'cost_per_content', title: 'Cost per content', format: money, isLowerBetter: true },
  { metric: 'quality_score', title: 'Quality, 0–10', format: score, isLowerBetter: false },
  { metric: 'success_rate', title: 'Success rate', format: share, isLowerBetter: false },
];

/** Where the system stands against its holdback: the traffic that stays on generation 0. */
export function KeyFigures({ report }: { readonly report: Report | undefined }) {
  const evolution = report?.system_evolution;
  return (
    <Panel
      title="Against the holdback"
      name="figures"
      simulated={report?.simulated}
      note={
        evolution &&
        `last 6 hours, same mix · ${count(evolution.generations.current)} briefs, ${count(evolution.generations.holdback)} held back on generation 0`
      }
    >
      {evolution ? (
        <>
          {evolution.changes !== 'in_force' && <p className="notice">{noComparison[evolution.changes]}</p>}
          {evolution.generations.current + evolution.generations.holdback > 0 ? (
            <ul className="cards">
              {figures.map((figure) => (
                <FigureCard key={figure.metric} figure={figure} evolution={evolution} />
              ))}
            </ul>
          ) : (
            <Empty>No content ended in the last 6 hours, so there is nothing to compare.</Empty>
          )}
          <Counters evolution={evolution} />
        </>
      ) : (
        <Empty>Waiting for the first measurements.</Empty>
      )}
    </Panel>
  );
}

type Evolution = Report['system_evolution'];

function FigureCard({ figure, evolution }: { readonly figure: Figure; readonly evolution: Evolution }) {
  const { metric, title, format } = figure;
  const current = evolution.current_performance[metric];
  const holdback = evolution.initial_performance[metric];
  return (
    <li>
      <h3>{title}</h3>
      <p className="figure">{format(current)}</p>
      {evolution.changes === 'in_force' && (
        <>
          <p className="muted">holdback {format(holdback)}</p>
          <Change estimate={evolution.change[metric]} isLowerBetter={figure.isLowerBetter} />
        </>
      )}
    </li>
  );
}

function Change({ estimate, isLowerBetter }: { readonly estimate: Estimate | null; readonly isLowerBetter: boolean }) {
  if (!estimate || !isPrecise(estimate)) return <p className="muted">too early to compare</p>;
  const { lower, upper, value } = estimate;
  const verdict = verdictOf(estimate, isLowerBetter);
  return (
    <p className={verdict} title={`95 % interval, valid at every look of a day: ${change(lower)} to ${change(upper)}`}>
      {change(value)}{' '}
      <span className="muted">
        ({change(lower)} to {change(upper)})
      </span>{' '}
      <span className="verdict">
        {verdict === 'same' ? 'no clear difference' : verdict === 'good' ? 'better' : 'worse'}
      </span>
    </p>
  );
}

function verdictOf({ lower, upper }: Estimate, isLowerBetter: boolean): 'good' | 'bad' | 'same' {
  if (lower <= 0 && upper >= 0) return 'same';
  return upper < 0 === isLowerBetter ? 'good' : 'bad';
}

function Counters({ evolution }: { readonly evolution: Evolution }) {
  const { improvements_applied, rollbacks, refuted_hypotheses, learning_cost, paid_for_nothing } = evolution;
  const counters: readonly (readonly [string, string])[] = [
    ['Learning budget used today', learningToday(learning_cost)],
    ['Paid without content', money(paid_for_nothing.cancelled.spending + paid_for_nothing.failed.spending)],
    ['Learning cycles', count(evolution.learning_cycles)],
    ['Improvements', count(improvements_applied.length)],
    ['Rolled back', count(rollbacks.length)],
    ['Refuted hypotheses', count(refuted_hypotheses.length)],
    ['Autonomous decisions', count(evolution.autonomous_decisions)],
    ['Human interventions', count(evolution.human_interventions)],
  ];
  return (
    <dl className="counters">
      {counters.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const noComparison = {
  none_yet: 'Nothing has been changed yet, so there is nothing to compare and nothing saved.',
  none_in_force: 'Nothing is in force: what was changed was taken back.',
};

/** `$1.20 of $5` */
const learningToday = ({ today, most_a_day }: Evolution['learning_cost']): string =>
  most_a_day === null ? money(today) : `${money(today)} of ${money(most_a_day)}`;
