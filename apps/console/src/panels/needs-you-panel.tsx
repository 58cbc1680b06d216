import { Link } from 'wouter';
import type { ShownIncident } from '@contentflow/contracts';
import type { Autonomy, Listed, ShownProposal } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { Empty, Panel } from '../parts/panel.tsx';

const EVERY_MS = 10_000;

/** What waits for a person. */
export function NeedsYouPanel() {
  const { document: proposals } = usePolled<Listed<ShownProposal>>('/v1/proposals?status=waiting&limit=50', EVERY_MS);
  const { document: incidents } = usePolled<Listed<ShownIncident>>('/v1/incidents?status=open&limit=50', EVERY_MS);
  const { document: autonomy } = usePolled<Autonomy>('/v1/autonomy', EVERY_MS);
  const waiting = proposals?.items.length ?? 0;
  const open = incidents?.items.length ?? 0;
  const isPaused = autonomy?.state === 'paused';
  return (
    <Panel title="Needs you" name="needs-you">
      {waiting + open === 0 && !isPaused && <Empty>Nothing waits for you.</Empty>}
      <ul className="rows">
        {isPaused && <li className="warn">Autonomy is paused: {autonomy.reason}</li>}
        {waiting > 0 && (
          <li>
            <Link href="/proposals?status=waiting">
              {waiting} {waiting === 1 ? 'proposal waits' : 'proposals wait'} for an answer
            </Link>
          </li>
        )}
        {open > 0 && (
          <li>
            <Link href="/incidents?status=open">
              {open} {open === 1 ? 'incident is' : 'incidents are'} open
            </Link>
          </li>
        )}
      </ul>
    </Panel>
  );
}
