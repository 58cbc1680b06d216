import { useState } from 'react';
import type { Autonomy } from '../api/documents.ts';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { Choice } from '../parts/choice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ReasonDialog } from '../parts/reason-dialog.tsx';

const EVERY_MS = 5000;
const LEVELS = ['observe', 'propose', 'apply'];
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['observe', 'nothing is proposed on it'],
  ['propose', 'what is proposed waits for you'],
  ['apply', 'it is tried, and applied if its trial supports it'],
]);

interface Wanted {
  readonly lever: string;
  readonly level: string;
}

/** How far the system may go by itself, lever by lever. */
export function LeversPanel() {
  const { document: autonomy, refresh } = usePolled<Autonomy>('/v1/autonomy', EVERY_MS);
  const [wanted, setWanted] = useState<Wanted>();
  return (
    <Panel title="Autonomy of each lever" name="levers">
      <ul className="rows">
        {Object.entries(autonomy?.levers ?? {}).map(([lever, level]) => (
          <li key={lever} className="line">
            <Choice
              label={lever}
              all={null}
              values={LEVELS}
              value={level}
              onChange={(to) => setWanted({ lever, level: to })}
            />
            <span className="muted">{MEANINGS.get(level)}</span>
          </li>
        ))}
      </ul>
      {wanted && (
        <ReasonDialog
          title={`Set “${wanted.lever}” to ${wanted.level}`}
          consequence={`From then on: ${MEANINGS.get(wanted.level)}.`}
          confirm="Set it"
          onConfirm={async (reason) => {
            await sendJson('PUT', '/v1/autonomy', { levers: { [wanted.lever]: wanted.level }, reason });
            refresh();
          }}
          onClose={() => setWanted(undefined)}
        />
      )}
    </Panel>
  );
}
