import type { Listed, ListedExperiment, MetricComparison } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { describeChange } from '../decision-sentences.ts';
import { change, count, duration, estimatedChange, isPrecise, pValue, words } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';

/** What is on trial now, how far it has come, and what it shows so far; and what the latest trials came to. */
export function ExperimentsPanel({ now }: { readonly now: number | undefined }) {
  const { document, problem } = usePolled<Listed<ListedExperiment>>('/v1/experiments?limit=50', 2000);
  const all = document?.items ?? [];
  const open = all.filter(({ status }) => status === 'running' || status === 'registered');
  const ended = all.filter(({ status }) => status === 'concluded' || status === 'void').slice(0, 8);
  return (
    <Panel
      title="Experiments"
      name="experiments"
      simulated={all[0]?.simulated}
      note={document && `${open.length} running, ${all.length - open.length} of the latest ${all.length} concluded`}
    >
      {open.length === 0 && (
        <Empty>
          {problem ??
            'None is running. The optimizer proposes one when enough content was made to see what could be better.'}
        </Empty>
      )}
      <ul className="rows side-by-side">
        {open.map((experiment) => (
          <RunningExperiment key={experiment.id} experiment={experiment} now={now} />
        ))}
      </ul>
      {ended.length > 0 && (
        <>
          <h3>Concluded</h3>
          <ul className="rows side-by-side">
            {ended.map((experiment) => (
              <ConcludedExperiment key={experiment.id} experiment={experiment} />
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

interface RunningProps {
  readonly experiment: ListedExperiment;
  readonly now: number | undefined;
}

function RunningExperiment({ experiment, now }: RunningProps) {
  const { contentType, change: tested, metric, design, lastLook, startedAt } = experiment;
  const main = lastLook?.metrics[metric];
  const units = Math.min(main?.control.n ?? 0, main?.treatment.n ?? 0);
  const progress = Math.min(1, units / design.unitsPerArm);
  const runsFor = startedAt !== undefined && now !== undefined ? Math.max(0, now - startedAt) : undefined;
  return (
    <li>
      <div className="line">
        <strong>{describeChange(tested)}</strong>
        <span className="tag">{words(contentType)}</span>
      </div>
      <progress value={progress} aria-label={`${Math.round(100 * progress)} % of the planned units`} />
      <div className="line muted">
        <span>
          {count(units)} of {count(design.unitsPerArm)} briefs per arm
          {runsFor === undefined ? '' : `, ${duration(runsFor)}`}
        </span>
        <span>{main ? sofar(metric, main) : 'registered'}</span>
      </div>
    </li>
  );
}

const sofar = (metric: string, { relative, p }: MetricComparison): string =>
  isPrecise(relative) ? `${metric} ${estimatedChange(relative)}, p ${pValue(p)}` : `${metric}: too early to tell`;

function ConcludedExperiment({ experiment }: { readonly experiment: ListedExperiment }) {
  const { contentType, change: tested, metric, lastLook, verdict, reason, status } = experiment;
  const main = lastLook?.metrics[metric];
  return (
    <li>
      <div className="line">
        <strong>{describeChange(tested)}</strong>
        <span className="tag">{words(contentType)}</span>
      </div>
      <div className="line muted">
        <span className={verdict === 'treatment' ? 'good' : ''}>
          {status === 'void' ? 'void' : describeVerdict(verdict)} ({words(reason ?? status)})
        </span>
        {main && <span>{`${metric} ${change(main.relative.value)}`}</span>}
      </div>
    </li>
  );
}

const describeVerdict = (verdict: ListedExperiment['verdict']): string =>
  verdict === 'treatment' ? 'supported' : verdict === 'control' ? 'refuted' : 'no verdict';
