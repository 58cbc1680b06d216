import type { Report } from '@contentflow/contracts';
import type { ReportSeries } from '@contentflow/ledger';
import { Link } from 'wouter';
import type { Listed, ListedDecision } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { isRoutine } from '../decision-sentences.ts';
import { CurvesPanel } from '../panels/curves-panel.tsx';
import { ExperimentsPanel } from '../panels/experiments-panel.tsx';
import { KeyFigures } from '../panels/key-figures.tsx';
import { NeedsYouPanel } from '../panels/needs-you-panel.tsx';
import { SpendPanel } from '../panels/spend-panel.tsx';
import { StoryPanel } from '../panels/story-panel.tsx';
import { DecisionList } from '../parts/history.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';

const CURVES_EVERY_MS = 20_000;
const DECISIONS_EVERY_MS = 8000;
const DECISIONS_SHOWN = 6;

/** Better or not, by how much, what it costs, and what needs a person. */
export function OverviewPage({ report }: { readonly report: Report | undefined }) {
  const { document: series } = usePolled<ReportSeries>('/v1/report/series', CURVES_EVERY_MS);
  const isWithoutContent = report !== undefined && report.system_evolution.ledger_entries > 0 && hasMadeNothing(report);
  return (
    <Page title="Overview">
      {isWithoutContent && <FirstContent />}
      <div className="grid">
        <StoryPanel report={report} />
        <NeedsYouPanel />
        <KeyFigures report={report} />
        <CurvesPanel series={series} />
        <SpendPanel spend={report?.spend} />
        <ExperimentsPanel now={report?.at} />
        <LatestDecisions />
      </div>
    </Page>
  );
}

const hasMadeNothing = ({ spend, system_evolution: { generations } }: Report): boolean =>
  spend.months.length === 0 && generations.current + generations.holdback === 0;

/** Three steps to the first content of one's own. */
function FirstContent() {
  return (
    <Panel title="Make your first content" name="first">
      <ol className="steps">
        <li>
          Name a provider in <code>contentflow.config.json</code> and start again:{' '}
          <Link href="/settings">Settings</Link> shows which models are on offer.
        </li>
        <li>
          <Link href="/content">Post a brief</Link>, or send many with{' '}
          <code>npx contentflow generate --input briefs.csv --output content.jsonl</code>.
        </li>
        <li>
          Bring prompts that you have with <code>npx contentflow import KIND FILE</code>: they are generation 0, which
          all progress is measured against. The first experiment begins by itself once fifty contents of a type are
          made.
        </li>
      </ol>
    </Panel>
  );
}

function LatestDecisions() {
  const { document, problem } = usePolled<Listed<ListedDecision>>('/v1/decisions?limit=40', DECISIONS_EVERY_MS);
  const shown = (document?.items ?? []).filter(({ name }) => !isRoutine(name)).slice(0, DECISIONS_SHOWN);
  return (
    <Panel title="Latest decisions" name="decisions" note={<Link href="/ledger">all in the ledger</Link>}>
      {shown.length === 0 && (
        <Empty>{problem ?? 'None yet. Whatever the system changes about itself, or refuses to, is listed here.'}</Empty>
      )}
      <DecisionList decisions={shown} />
    </Panel>
  );
}
