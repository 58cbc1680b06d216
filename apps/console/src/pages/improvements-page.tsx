import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { ListedImprovement } from '../api/documents.ts';
import { titleOfChange } from '../decision-sentences.ts';
import { change, count, instant, isPrecise, money, words } from '../format.ts';
import { StatusList } from '../parts/status-list.tsx';

const EVERY_MS = 8000;
const STATUSES = ['applied', 'confirmed', 'expired', 'rolled_back'];

/** What experiments supported and the system took over. Each can be taken out again, also from the middle, and brought back. */
export function ImprovementsPage() {
  return (
    <StatusList<ListedImprovement>
      title="Improvements"
      lead="The stack of changes, the latest first. Each can be rolled back, and brought back."
      panel={{ title: 'Changes', name: 'improvements' }}
      path="/v1/improvements"
      everyMs={EVERY_MS}
      statuses={STATUSES}
      none="None. A change is applied when an experiment supports it on all its metrics together."
      of="improvements"
      row={(improvement) => (
        <li key={improvement.id}>
          <Link href={addressOf('improvements', improvement.id)} className="row" data-improvement={improvement.status}>
            <span className="line">
              <strong>{titleOfChange(improvement.change)}</strong>
              <span className="tag">{words(improvement.contentType)}</span>
              <span className={`tag ${improvement.status}`}>{words(improvement.status)}</span>
            </span>
            <span className="line muted">
              <span>{effectsOf(improvement)}</span>
              <span>{accountInWords(improvement.account)}</span>
              <time>{instant(improvement.appliedAt)}</time>
            </span>
          </Link>
        </li>
      )}
    />
  );
}

const effectsOf = ({ impact, summary }: ListedImprovement): string =>
  Object.entries(impact)
    .filter(([, effect]) => isPrecise(effect) && (effect.lower > 0 || effect.upper < 0))
    .map(([metric, { value }]) => `${metric} ${change(value)}`)
    .join(', ') || summary;

/** `found for $1.20, saved $30 over 1,200 contents` */
export function accountInWords(account: ListedImprovement['account']): string {
  if (!account) return '';
  const { costToFind, saved, generations } = account;
  const isConclusive = saved !== null && (saved.lower > 0 || saved.upper < 0);
  const found = costToFind < 0 ? `brought in ${money(-costToFind)} on trial` : `found for ${money(costToFind)}`;
  if (!isConclusive) return `${found}; too early to say what it saves`;
  const kept = saved.value < 0 ? `cost ${money(-saved.value)} more` : `saved ${money(saved.value)}`;
  return `${found}, ${kept} over ${count(generations)} contents`;
}
