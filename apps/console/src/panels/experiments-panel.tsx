import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { Listed, ListedExperiment, MetricComparison } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { titleOfChange } from '../decision-sentences.ts';
import { change, count, duration, estimatedChange, isPrecise, words } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';

const EVERY_MS = 10_000;
const SHOWN = 6;

/** What is on trial now, how far it has come, and what it shows so far. */
export function ExperimentsPanel({ now }: { readonly now: number | undefined }) {
  const { document, problem } = usePolled<Listed<ListedExperiment>>(
    '/v1/experiments?status=running&limit=50',
    EVERY_MS,
  );
  const open = document?.items ?? [];
  return (
    <Panel
      title="Experiments"
      name="experiments"
      note={<Link href="/experiments">{open.length > SHOWN ? `all ${open.length} that run` : 'all experiments'}</Link>}
    >
      {open.length === 0 && (
        <Empty>
          {problem ??
            (document
              ? 'None is running. The optimizer proposes one when enough content was made to see what could be better.'
              : 'Loading …')}
        </Empty>
      )}
      <ul className="rows">
        {open.slice(0, SHOWN).map((experiment) => (
          <ExperimentRow key={experiment.id} experiment={experiment} now={now} />
        ))}
      </ul>
    </Panel>
  );
}

interface RowProps {
  readonly experiment: ListedExperiment;
  readonly now: number | undefined;
}

export function ExperimentRow({ experiment, now }: RowProps) {
  const { id, contentType, change: tested, metric, status, verdict, reason, lastLook } = experiment;
  const main = lastLook?.metrics[metric];
  const isOpen = status === 'running' || status === 'registered';
  return (
    <li>
      <Link href={addressOf('experiments', id)} className="row" data-experiment={status}>
        <span className="line">
          <strong>{titleOfChange(tested)}</strong>
          <span className="tag">{words(contentType)}</span>
          {!isOpen && (
            <span className={verdict === 'treatment' ? 'good' : 'muted'}>
              {describeVerdict(experiment)} ({words(reason ?? status)})
            </span>
          )}
        </span>
        {isOpen && <Progress experiment={experiment} />}
        <span className="line muted">
          {isOpen && <span>{howFar(experiment, now)}</span>}
          <span>{main ? soFar(metric, main, isOpen) : 'nobody was exposed yet'}</span>
        </span>
      </Link>
    </li>
  );
}

function Progress({ experiment }: { readonly experiment: ListedExperiment }) {
  const share = Math.min(1, unitsPerArm(experiment) / experiment.design.unitsPerArm);
  return <progress value={share} aria-label={`${Math.round(100 * share)} % of the planned units`} />;
}

/** Of the smaller arm. */
export function unitsPerArm({ metric, lastLook }: ListedExperiment): number {
  const main = lastLook?.metrics[metric];
  return Math.min(main?.control.n ?? 0, main?.treatment.n ?? 0);
}

function howFar(experiment: ListedExperiment, now: number | undefined): string {
  const { design, startedAt } = experiment;
  const briefs = `${count(unitsPerArm(experiment))} of ${count(design.unitsPerArm)} briefs per arm`;
  return startedAt === undefined || now === undefined ? briefs : `${briefs}, ${duration(Math.max(0, now - startedAt))}`;
}

const soFar = (metric: string, { relative }: MetricComparison, isOpen: boolean): string => {
  if (!isPrecise(relative)) return `${metric}: too early to tell`;
  return `${metric} ${isOpen ? estimatedChange(relative) : change(relative.value)}`;
};

export function describeVerdict({ status, verdict }: Pick<ListedExperiment, 'status' | 'verdict'>): string {
  if (status === 'void') return 'void';
  if (status !== 'concluded') return status;
  return verdict === 'treatment' ? 'supported' : verdict === 'control' ? 'refuted' : 'no verdict';
}
