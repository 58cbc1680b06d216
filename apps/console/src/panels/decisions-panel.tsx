import { useMemo, useState } from 'react';
import type { ListedDecision } from '../api/documents.ts';
import { useLatestDecisions } from '../api/latest-decisions.ts';
import { decisionKind, decisionSentence, isRoutine } from '../decision-sentences.ts';
import { count, instant, timeOfDay } from '../format.ts';
import { useHeld } from '../parts/held.ts';
import { Empty, Panel } from '../parts/panel.tsx';
import { DecisionDialog } from './decision-dialog.tsx';

const SHOWN = 60;

/** Decisions as they fall, the latest first; each opens what it was made on. */
export function DecisionsPanel() {
  const { decisions, problem } = useLatestDecisions();
  const [isRoutineShown, setIsRoutineShown] = useState(false);
  const [opened, setOpened] = useState<string>();
  const shown = useMemo(
    () => decisions.filter(({ name }) => isRoutineShown || !isRoutine(name)).slice(0, SHOWN),
    [decisions, isRoutineShown],
  );
  const { held = [], isHeld, release, handlers } = useHeld(shown);
  const show = (isWithRoutine: boolean): void => {
    release();
    setIsRoutineShown(isWithRoutine);
  };
  const entries = decisions[0] ? decisions[0].seq + 1 : 0;
  return (
    <Panel
      title="Decisions"
      name="decisions"
      simulated={decisions[0]?.simulated}
      note={
        <>
          <span>{isHeld ? 'held while you look' : `${count(entries)} in the ledger`} · </span>
          <label>
            <input type="checkbox" checked={isRoutineShown} onChange={({ target }) => show(target.checked)} /> with
            looks and forecasts
          </label>
        </>
      }
    >
      {held.length === 0 ? (
        <Empty>{problem ?? 'None yet. Whatever the system changes about itself, or refuses to, is listed here.'}</Empty>
      ) : (
        <ul className="rows feed" {...handlers}>
          {held.map((decision) => (
            <DecisionRow key={decision.id} decision={decision} onOpen={() => setOpened(decision.id)} />
          ))}
        </ul>
      )}
      {opened && <DecisionDialog id={opened} onClose={() => setOpened(undefined)} />}
    </Panel>
  );
}

interface DecisionRowProps {
  readonly decision: ListedDecision;
  readonly onOpen: () => void;
}

function DecisionRow({ decision, onOpen }: DecisionRowProps) {
  const { name, time, seq } = decision;
  return (
    <li>
      <button type="button" className="row" onClick={onOpen} data-decision={name}>
        <span className="line">
          <span className={`name ${decisionKind(name)}`}>{name}</span>
          <time className="muted" title={`${instant(time)}, entry ${seq} of the ledger`}>
            {timeOfDay(time)}
          </time>
        </span>
        <span className="muted sentence">{decisionSentence(decision)}</span>
      </button>
    </li>
  );
}
