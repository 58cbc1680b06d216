import type { ListedExperiment } from '../api/documents.ts';
import { count } from '../format.ts';
import { ExperimentRow } from '../panels/experiments-panel.tsx';
import { StatusList } from '../parts/status-list.tsx';

const EVERY_MS = 8000;
const STATUSES = ['running', 'registered', 'concluded', 'void'];

/** What is and was put to the test. */
export function ExperimentsPage({ now }: { readonly now: number | undefined }) {
  return (
    <StatusList<ListedExperiment>
      title="Experiments"
      lead="Each was written down before its first exposure; what wins on all its metrics together is applied."
      panel={{ title: 'Trials', name: 'trials' }}
      path="/v1/experiments"
      everyMs={EVERY_MS}
      statuses={STATUSES}
      none="None is like that."
      of="experiments"
      above={(items) => <p className="muted">{count(items.length)} shown</p>}
      row={(experiment) => <ExperimentRow key={experiment.id} experiment={experiment} now={now} />}
    />
  );
}
