import { useState } from 'react';
import type { Listed, ListedImprovement } from '../api/documents.ts';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { describeChange } from '../decision-sentences.ts';
import { change, count, isPrecise, money, timeOfDay, words } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';
import { ReasonDialog } from '../parts/reason-dialog.tsx';

/** What an experiment supported and the system took over. Each can be taken out again, also from the middle. */
export function ImprovementsPanel() {
  const { document, problem, refresh } = usePolled<Listed<ListedImprovement>>('/v1/improvements?limit=50', 2000);
  const [selected, setSelected] = useState<ListedImprovement>();
  const all = document?.items ?? [];
  const inForce = all.filter(({ status }) => status !== 'rolled_back').length;

  async function rollBack(improvement: ListedImprovement, reason: string): Promise<void> {
    await sendJson('POST', `/v1/improvements/${improvement.id}/rollback`, { reason, by: 'operator' });
    refresh();
  }

  return (
    <Panel
      title="Improvements"
      name="improvements"
      simulated={all[0]?.simulated}
      note={all.length > 0 && `${inForce} in force, ${all.length - inForce} rolled back`}
    >
      {all.length === 0 && (
        <Empty>
          {problem ?? 'None yet. A change is applied when an experiment supports it on all its metrics together.'}
        </Empty>
      )}
      <ul className="rows feed">
        {all.map((improvement) => (
          <li key={improvement.id}>
            <div className="line">
              <strong>{describeChange(improvement.change)}</strong>
              <span className="tag">{words(improvement.contentType)}</span>
              <span className={`tag ${improvement.status}`}>{words(improvement.status)}</span>
            </div>
            <div className="line muted">
              <span>{effectsOf(improvement)}</span>
              {improvement.status !== 'rolled_back' && (
                <button type="button" className="quiet" onClick={() => setSelected(improvement)}>
                  Roll back
                </button>
              )}
            </div>
            <div className="muted">{historyOf(improvement)}</div>
          </li>
        ))}
      </ul>
      {selected && (
        <ReasonDialog
          title="Roll back"
          consequence={`“${describeChange(selected.change)}” leaves the recipe of ${words(selected.contentType)}; what was applied after it stays.`}
          confirm="Roll back"
          onConfirm={(reason) => rollBack(selected, reason)}
          onClose={() => setSelected(undefined)}
        />
      )}
    </Panel>
  );
}

const effectsOf = ({ impact, summary }: ListedImprovement): string =>
  Object.entries(impact)
    .filter(([, effect]) => isPrecise(effect) && (effect.lower > 0 || effect.upper < 0))
    .map(([metric, { value }]) => `${metric} ${change(value)}`)
    .join(', ') || summary;

function historyOf({ learnedFrom, account, appliedAt, endedAt, endReason }: ListedImprovement): string {
  const found = `applied ${timeOfDay(appliedAt)}, learned from ${count(learnedFrom)} generations${account ? describeAccount(account) : ''}`;
  return endedAt === undefined ? found : `${found}; ended ${timeOfDay(endedAt)}: ${words(endReason ?? 'rolled back')}`;
}

/** `, found for $1.20, saved $30 ($20 to $40) since, paid back 14:03:20` */
function describeAccount({ costToFind, saved, paysBackOn }: NonNullable<ListedImprovement['account']>): string {
  const isConclusive = saved !== null && (saved.lower > 0 || saved.upper < 0);
  const since = isConclusive && `saved ${money(saved.value)} (${money(saved.lower)} to ${money(saved.upper)}) since`;
  const back = isConclusive && paysBackOn !== null && `pays back ${timeOfDay(paysBackOn)}`;
  return [`, found for ${money(costToFind)}`, since, back].filter(Boolean).join(', ');
}
