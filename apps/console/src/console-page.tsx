import type { Report } from '@contentflow/contracts';
import type { ReportSeries } from '@contentflow/ledger';
import { useIsConnected } from './api/connection.ts';
import { usePolled } from './api/polling.ts';
import { useIsKeyRequired } from './api/session.ts';
import { AnomaliesPanel } from './panels/anomalies-panel.tsx';
import { Banner } from './panels/banner.tsx';
import { BriefPanel } from './panels/brief-panel.tsx';
import { ContentsPanel } from './panels/contents-panel.tsx';
import { CurvesPanel } from './panels/curves-panel.tsx';
import { DecisionsPanel } from './panels/decisions-panel.tsx';
import { ExperimentsPanel } from './panels/experiments-panel.tsx';
import { ImprovementsPanel } from './panels/improvements-panel.tsx';
import { KeyFigures } from './panels/key-figures.tsx';
import { LearningPanel } from './panels/learning-panel.tsx';
import { ProposalsPanel } from './panels/proposals-panel.tsx';
import { SignIn } from './panels/sign-in.tsx';
import { IsAnySimulated } from './parts/panel.tsx';

/** Everything on one page: what runs, what came of it, what is made and what is decided, as it happens. */
export function ConsolePage() {
  const isConnected = useIsConnected();
  const isKeyRequired = useIsKeyRequired();
  const { document: report } = usePolled<Report>('/v1/report', 3000);
  const { document: series } = usePolled<ReportSeries>('/v1/report/series', 5000);
  if (isKeyRequired) return <SignIn />;
  return (
    <IsAnySimulated value={report?.simulated ?? false}>
      <Banner at={report?.at} simulated={report?.simulated} />
      <main className={isConnected ? '' : 'stale'}>
        <KeyFigures report={report} />
        <CurvesPanel series={series} />
        <ExperimentsPanel now={report?.at} />
        <BriefPanel />
        <ProposalsPanel />
        <ImprovementsPanel />
        <ContentsPanel />
        <DecisionsPanel />
        <LearningPanel />
        <AnomaliesPanel />
      </main>
    </IsAnySimulated>
  );
}
