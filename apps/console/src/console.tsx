import type { Report } from '@contentflow/contracts';
import { Route, Switch } from 'wouter';
import { useIsConnected } from './api/connection.ts';
import { usePolled } from './api/polling.ts';
import { useIsKeyRequired } from './api/session.ts';
import { AnomalyPage } from './pages/anomaly-page.tsx';
import { ContentPage } from './pages/content-page.tsx';
import { ContentsPage } from './pages/contents-page.tsx';
import { DecisionPage } from './pages/decision-page.tsx';
import { DocumentationPage } from './pages/documentation-page.tsx';
import { ExperimentPage } from './pages/experiment-page.tsx';
import { ExperimentsPage } from './pages/experiments-page.tsx';
import { ImprovementPage } from './pages/improvement-page.tsx';
import { ImprovementsPage } from './pages/improvements-page.tsx';
import { IncidentPage, IncidentsPage } from './pages/incidents-page.tsx';
import { LearningPage } from './pages/learning-page.tsx';
import { LedgerPage } from './pages/ledger-page.tsx';
import { OverviewPage } from './pages/overview-page.tsx';
import { PerformancePage } from './pages/performance-page.tsx';
import { ProposalPage } from './pages/proposal-page.tsx';
import { ProposalsPage } from './pages/proposals-page.tsx';
import { ScalingPage } from './pages/scaling-page.tsx';
import { SettingsPage } from './pages/settings-page.tsx';
import { Banner } from './panels/banner.tsx';
import { SignIn } from './panels/sign-in.tsx';
import { IsAnySimulated } from './parts/panel.tsx';
import { Page } from './parts/page.tsx';

const REPORT_EVERY_MS = 5000;

/** A page for each thing that the system does, each at its own address, as it happens. */
export function Console() {
  const isConnected = useIsConnected();
  const isKeyRequired = useIsKeyRequired();
  const { document: report } = usePolled<Report>('/v1/report', REPORT_EVERY_MS);
  if (isKeyRequired) return <SignIn />;
  return (
    <IsAnySimulated value={report?.simulated ?? false}>
      <Banner at={report?.at} simulated={report?.simulated} />
      <div className={isConnected ? 'shown' : 'shown stale'}>
        <Switch>
          <Route path="/">
            <OverviewPage report={report} />
          </Route>
          <Route path="/content" component={ContentsPage} />
          <Route path="/content/:id">{({ id }) => <ContentPage key={id} id={id} />}</Route>
          <Route path="/experiments">
            <ExperimentsPage now={report?.at} />
          </Route>
          <Route path="/experiments/:id">{({ id }) => <ExperimentPage key={id} id={id} />}</Route>
          <Route path="/improvements" component={ImprovementsPage} />
          <Route path="/improvements/:id">{({ id }) => <ImprovementPage key={id} id={id} />}</Route>
          <Route path="/proposals" component={ProposalsPage} />
          <Route path="/proposals/:id">{({ id }) => <ProposalPage key={id} id={id} />}</Route>
          <Route path="/incidents" component={IncidentsPage} />
          <Route path="/incidents/:id">{({ id }) => <IncidentPage key={id} id={id} />}</Route>
          <Route path="/anomalies/:id">{({ id }) => <AnomalyPage key={id} id={id} />}</Route>
          <Route path="/learning" component={LearningPage} />
          <Route path="/performance">
            <PerformancePage now={report?.at} />
          </Route>
          <Route path="/scaling" component={ScalingPage} />
          <Route path="/ledger" component={LedgerPage} />
          <Route path="/ledger/:id">{({ id }) => <DecisionPage key={id} id={id} />}</Route>
          <Route path="/documentation" component={DocumentationPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route>
            <Page title="There is no such page">
              <p>The pages that there are stand in the navigation.</p>
            </Page>
          </Route>
        </Switch>
      </div>
    </IsAnySimulated>
  );
}
