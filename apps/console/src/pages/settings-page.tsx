import { ChannelsPanel } from '../panels/channels-panel.tsx';
import { LeversPanel } from '../panels/levers-panel.tsx';
import { PolicyPanel } from '../panels/policy-panel.tsx';
import { ProvidersPanel } from '../panels/providers-panel.tsx';
import { Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';

/** What people set. Every word of theirs is a decision in the ledger. */
export function SettingsPage() {
  return (
    <Page title="Settings" lead="What people set: each word of yours stands in the ledger, with who said it and why.">
      <div className="grid">
        <LeversPanel />
        <ProvidersPanel />
        <ChannelsPanel />
        <PolicyPanel />
        <Panel title="In the file alone" name="file">
          <p>
            Providers, prices, budgets, the brand, web-hooks, who is told of incidents, and the gateway stand in{' '}
            <code>contentflow.config.json</code> and hold from the next start on. <code>npx contentflow doctor</code>{' '}
            says what of it works. Keys: <code>npx contentflow keys</code>.
          </p>
        </Panel>
      </div>
    </Page>
  );
}
