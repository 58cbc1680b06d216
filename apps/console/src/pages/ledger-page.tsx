import type { Answer, auditStandingAnswer, checkpointsAnswer } from '@contentflow/contracts';
import type { Listed, ListedDecision } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { decisionNames, isRoutine, nameOfDecision } from '../decision-sentences.ts';
import { count, instant } from '../format.ts';
import { useAsked } from '../parts/asked.ts';
import { Choice } from '../parts/choice.tsx';
import { useHeld } from '../parts/held.ts';
import { DecisionList } from '../parts/history.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { Paging } from '../parts/paging.tsx';

const EVERY_MS = 5000;
const SHOWN = 60;

/** Every decision as a sentence, the latest first; each opens what it stands on. */
export function LedgerPage() {
  const asked = useAsked(['type', 'contentType']);
  const { document, problem } = usePolled<Listed<ListedDecision>>(
    `/v1/decisions?limit=${SHOWN}${asked.query}`,
    EVERY_MS,
  );
  const { held, isHeld, handlers } = useHeld(document?.items, asked.query);
  const type = asked.value('type');
  // Looks and forecasts come by the thousand and change nothing: they are shown to who asks for them.
  const items = (held ?? []).filter(({ name }) => type !== '' || !isRoutine(name));
  return (
    <Page title="Ledger" lead={<Verified />}>
      <Panel
        title="Decisions"
        name="decisions"
        note={
          <>
            {isHeld && 'held while you look · '}
            <Choice
              label="Kind"
              all="all but looks and forecasts"
              values={decisionNames}
              value={type}
              onChange={(to) => asked.set({ type: to })}
              nameOf={nameOfDecision}
            />
          </>
        }
      >
        {items.length === 0 && <Empty>{problem ?? (document ? nothingShown(held ?? []) : 'Loading …')}</Empty>}
        <div {...handlers}>
          <DecisionList decisions={items} />
        </div>
        <Paging next={document?.next} of="decisions" />
      </Panel>
    </Page>
  );
}

const nothingShown = (all: readonly ListedDecision[]): string =>
  all.length === 0
    ? 'None yet. Whatever the system changes about itself, or refuses to, is listed here.'
    : `${count(all.length)} looks and forecasts, and nothing else: older decisions are on the next page.`;

function Verified() {
  const { document } = usePolled<Answer<typeof checkpointsAnswer>>('/v1/checkpoints?limit=1', 60_000);
  const { document: audit } = usePolled<Answer<typeof auditStandingAnswer>>('/v1/audit', 60_000);
  const [last] = document?.items ?? [];
  if (!document) return 'Loading …';
  const signed = last ? `Signed up to ${instant(last.at)}` : 'Nothing is signed yet';
  return `${signed}; ${audited(audit)}.`;
}

function audited(audit: Answer<typeof auditStandingAnswer> | undefined): string {
  if (audit?.state === 'differs') return `an audit found ${count(audit.differences)} differences, first ${audit.first}`;
  if (audit?.verifiedTo) return `verified up to #${count(audit.verifiedTo.seq)}, ${instant(audit.verifiedTo.at)}`;
  return '“contentflow audit” recomputes every decision';
}
