import type { AppliedImprovement, Estimate, Report } from '@contentflow/contracts';
import { change, count, instant, money, words } from './figures.ts';

/** What the report says, in words that its page and its text share. */
type Evolution = Report['system_evolution'];

export const marginHeads = ['Content type', 'Metric', 'All changes together (± error)', 'May lose', 'Left', 'Changes'];
export const setbackHeads = ['Decision', 'Time', 'Reason', 'Ledger entry'];

export const paidInWords = ({ cancelled, failed }: Evolution['paid_for_nothing']): string =>
  `${money(cancelled.spending + failed.spending)}: ${count(failed.briefs)} failed, ${count(cancelled.briefs)} cancelled`;

export const spendHeads = ['Model', 'Today', 'This month', 'Calls this month'];

/** Of this month, the dearest first: model, today, this month, calls. */
export const spendInWords = ({ today, month }: Report['spend']): readonly (readonly string[])[] =>
  month.by_model.map(({ provider, model, usd, calls, is_estimate }) => {
    const ofToday = today.by_model.find((each) => each.provider === provider && each.model === model);
    const name = model === null ? 'trials on held-out briefs' : `${provider}/${model}`;
    return [
      `${name}${is_estimate ? ' (estimate: no price is known)' : ''}`,
      money(ofToday?.usd ?? 0),
      money(usd),
      count(calls),
    ];
  });

export const withInterval = (estimate: Estimate | null, format: (value: number) => string): string =>
  estimate ? `${format(estimate.value)} (${format(estimate.lower)} to ${format(estimate.upper)})` : 'not measured';

export const inForm = (value: number | null, estimate: Estimate | null, format: (value: number) => string): string =>
  estimate
    ? withInterval(estimate, format)
    : value === null
      ? 'not measured'
      : `${format(value)} (too few to say more)`;

export const noComparison = {
  none_yet: 'Nothing has been changed yet: there is nothing to compare, and nothing saved.',
  none_in_force: 'Nothing is in force: what was changed was taken back.',
};

export function describeSavings({ changes, cost_savings_estimate: savings }: Evolution): string {
  if (changes === 'none_yet') return 'none: nothing has been changed yet';
  if (!savings) return 'too early to say';
  const isConclusive = savings.lower > 0 || savings.upper < 0;
  return `${withInterval(savings, money)}${isConclusive ? '' : ', which may be chance'}`;
}

const isShare = (metric: string): boolean => metric === 'time' || metric === 'cost';

/** `use model: swift`; who makes what that fails to is left out. */
export function describeChange({ kind, ...to }: AppliedImprovement['change']): string {
  const values = Object.entries(to)
    .filter(([name]) => name !== 'fallback')
    .map(([, value]) => value)
    .filter((value) => typeof value !== 'object' && value !== true && String(value).length <= 40);
  return [words(kind), values.join(', ')].filter((part) => part !== '').join(': ');
}

export const effectsOf = ({ effects }: AppliedImprovement): string =>
  Object.entries(effects)
    .filter(([, { lower, upper }]) => lower > 0 || upper < 0)
    .map(([metric, { value, lower, upper }]) => `${metric} ${change(value)} (${change(lower)} to ${change(upper)})`)
    .join(', ') || 'no clear one beyond';

/** What the search cost; what was tried may have cost less than what it was held against. */
export function findingInWords({ cost_to_find, learned_from, failed_predecessors }: AppliedImprovement): string {
  const tries = failed_predecessors === 1 ? 'one failed try' : `${count(failed_predecessors)} failed tries`;
  const failed = failed_predecessors > 0 ? `, ${tries} before it included` : '';
  const price = cost_to_find < 0 ? `at a gain of ${money(-cost_to_find)}` : `for ${money(cost_to_find)}`;
  return `found ${price} (${learned_from}${failed})`;
}

/** What came back since, and when that pays for the search. */
export function savingInWords({ saved, generations, pays_back_on }: AppliedImprovement): string {
  const back = pays_back_on === null ? '' : `; paid back ${instant(pays_back_on)}`;
  const amount = saved ? `saved ${withInterval(saved, money)}` : 'too few without it to say what it saves';
  return `${amount} over ${count(generations)} generations${back}`;
}

/** The accounts of all margins, one row each: content type, metric, what all changes did together, what they may lose, what is left, how many. */
export function marginsInWords({ margins }: Evolution): readonly MarginRow[] {
  return Object.entries(margins).flatMap(([contentType, account]) =>
    Object.entries(account).map(([metric, { effect, error, margin, left, changes }]) => {
      const written = (value: number): string => (isShare(metric) ? change(value) : value.toFixed(2));
      return {
        contentType: words(contentType),
        metric,
        effect: `${written(effect)} ± ${written(error).replace('+', '')}`,
        margin: written(margin).replace('+', ''),
        left: left < 0 ? written(left) : written(left).replace('+', ''),
        isOverdrawn: left < 0,
        changes: count(changes.length),
      };
    }),
  );
}
interface MarginRow {
  readonly contentType: string;
  readonly metric: string;
  readonly effect: string;
  readonly margin: string;
  readonly left: string;
  readonly isOverdrawn: boolean;
  readonly changes: string;
}

/** The changes that a person made: compared from then on, and counted in no margin. */
export const operatorsInWords = ({ by_the_operator }: Evolution): readonly (readonly string[])[] =>
  by_the_operator.map(({ content_type, parts, time }) => [
    words(content_type),
    `by the operator: ${parts.join(', ')}`,
    `${instant(time)}: compared from then on`,
    'the operator’s own',
    'not counted',
    '',
  ]);

/** What was taken back, and why: decision, time, reason, entry of the ledger. */
export const rollbacksInWords = ({ rollbacks }: Evolution): readonly (readonly string[])[] =>
  rollbacks.map(({ seq, time, name, reason, by }) => [
    name,
    instant(time),
    `by ${by === 'person' ? 'a person' : 'the system'}: ${words(reason)}`,
    `${seq}`,
  ]);

export const refutedInWords = ({ refuted_hypotheses }: Evolution): readonly (readonly string[])[] =>
  refuted_hypotheses.map(({ seq, time, name, reason }) => [name, instant(time), words(reason), `${seq}`]);
