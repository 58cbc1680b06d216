import type { Listed, ListedExperiment } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { count } from '../format.ts';
import { ExperimentRow } from '../panels/experiments-panel.tsx';
import { useAsked } from '../parts/asked.ts';
import { Choice } from '../parts/choice.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { Paging } from '../parts/paging.tsx';

const EVERY_MS = 8000;
const SHOWN = 25;
const STATUSES = ['running', 'registered', 'concluded', 'void'];

/** What is and was put to the test. */
export function ExperimentsPage({ now }: { readonly now: number | undefined }) {
  const asked = useAsked(['status']);
  const { document, problem } = usePolled<Listed<ListedExperiment>>(
    `/v1/experiments?limit=${SHOWN}${asked.query}`,
    EVERY_MS,
  );
  const items = document?.items ?? [];
  return (
    <Page
      title="Experiments"
      lead="Each was written down before its first exposure; what wins on all its metrics together is applied."
    >
      <Panel
        title="Trials"
        name="trials"
        note={
          <Choice
            label="Status"
            values={STATUSES}
            value={asked.value('status')}
            onChange={(status) => asked.set({ status })}
          />
        }
      >
        {items.length === 0 && <Empty>{problem ?? (document ? 'None is like that.' : 'Loading …')}</Empty>}
        {items.length > 0 && <p className="muted">{count(items.length)} shown</p>}
        <ul className="rows">
          {items.map((experiment) => (
            <ExperimentRow key={experiment.id} experiment={experiment} now={now} />
          ))}
        </ul>
        <Paging next={document?.next} of="experiments" />
      </Panel>
    </Page>
  );
}
