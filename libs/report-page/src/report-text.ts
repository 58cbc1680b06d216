import type { AppliedImprovement, Estimate } from '@contentflow/contracts';
import { change, count, figures, instant, money, monthOf, verdictOf, words } from './figures.ts';
import type { FullReport } from './full-report.ts';
import {
  describeChange,
  describeSavings,
  effectsOf,
  findingInWords,
  inForm,
  marginHeads,
  marginsInWords,
  noComparison,
  operatorsInWords,
  paidInWords,
  refutedInWords,
  rollbacksInWords,
  savingInWords,
  setbackHeads,
  spendHeads,
  spendInWords,
  withInterval,
} from './report-words.ts';

type Evolution = FullReport['system_evolution'];

/** The report as text for a terminal, which is Markdown as well. What models and people named is shown without control characters. */
export function renderReportText(report: FullReport): string {
  const { at, simulated, in_words: sentences, system_evolution: evolution } = report;
  const parts = [
    `# How the system evolved${simulated ? ' (simulated)' : ''}`,
    `Until ${instant(at)}, ${count(evolution.ledger_entries)} entries in the ledger.`,
    ...(simulated
      ? ['All figures here come from the sandbox: no real provider was asked, and no money was spent.']
      : []),
    list(sentences),
    '## Against the holdback',
    againstTheHoldback(evolution),
    facts(evolution, simulated),
    '## Spent on calls to models',
    spending(report),
    '## Improvements',
    evolution.improvements_applied.map(improvement).join('\n') || 'None was applied.',
    '## Margins against generation 0',
    margins(evolution),
    '## What was refuted and rolled back',
    setbacks(evolution),
  ];
  return `${parts.map(printable).join('\n\n')}\n`;
}

function againstTheHoldback(evolution: Evolution): string {
  const { intervals, changes, generations, window, left_out } = evolution;
  const rows = figures.map(({ metric, title, format, isLowerBetter }) => [
    title,
    inForm(evolution.initial_performance[metric], intervals.initial[metric], format),
    inForm(evolution.current_performance[metric], intervals.current[metric], format),
    changes === 'in_force' ? changed(evolution.change[metric], isLowerBetter) : '–',
  ]);
  const basis = `${instant(window.from)} to ${instant(window.to)}, with 95 % intervals that hold at every look of a day; ${count(generations.holdback)} briefs held back on generation 0, ${count(generations.current)} others.`;
  const leftOut =
    left_out.length > 0 ? `Left out, for want of a success in both: ${left_out.map(words).join(', ')}.` : '';
  return [
    ...(changes === 'in_force' ? [] : [noComparison[changes]]),
    table(['Metric', 'Initial (holdback)', 'Current', 'Change'], rows),
    `${basis} ${leftOut}`.trim(),
  ].join('\n\n');
}

const changed = (estimate: Estimate | null, isLowerBetter: boolean): string =>
  estimate ? `${withInterval(estimate, change)}, ${verdictOf(estimate, isLowerBetter)}` : 'too early to compare';

function facts(evolution: Evolution, simulated: boolean): string {
  const { learning_cost: learning, counters } = evolution;
  return list([
    `Cost savings${simulated ? ' (simulated)' : ''}: ${describeSavings(evolution)}`,
    `Cost of learning, beyond the controls, trials on held-out briefs included: ${money(learning.extra + learning.screening)}`,
    `Paid for briefs that ended without content: ${paidInWords(evolution.paid_for_nothing)}`,
    `Exposures in experiments: ${count(learning.exposures)}`,
    `Autonomous decisions: ${count(counters.autonomous_decisions.count)}`,
    `Human interventions: ${count(counters.human_interventions.count)}`,
    `Learning cycles: ${count(counters.learning_cycles.count)}`,
  ]);
}

function spending({ spend }: FullReport): string {
  const { today, month, months } = spend;
  if (months.length === 0) return 'Nothing yet.';
  const rows = spendInWords(spend);
  const byMonth = months.map(({ from, usd, calls }) => [monthOf(from), money(usd), count(calls)]);
  return [
    `Today ${money(today.usd)}, this month ${money(month.usd)}; days and months in UTC.`,
    ...(rows.length > 0 ? [table(spendHeads, rows)] : []),
    table(['Month', 'Spent', 'Calls'], byMonth),
  ].join('\n\n');
}

function improvement(each: AppliedImprovement): string {
  const ended = each.ended_at === null ? '' : `, ended ${instant(each.ended_at)}: ${words(each.end_reason ?? '')}`;
  return [
    `- **${words(each.content_type)}: ${describeChange(each.change)}** (${words(each.type)}), ${words(each.status)}`,
    `  - ${each.impact}; ${effectsOf(each)}`,
    `  - ${findingInWords(each)}; ${savingInWords(each)}`,
    `  - applied ${instant(each.applied_at)}${ended}; entries ${each.events.map(({ seq }) => seq).join(', ')}`,
  ].join('\n');
}

function margins(evolution: Evolution): string {
  const rows = marginsInWords(evolution).map(({ contentType, metric, effect, margin, left, changes }) => [
    contentType,
    metric,
    effect,
    margin,
    left,
    changes,
  ]);
  const all = [...rows, ...operatorsInWords(evolution)];
  if (all.length === 0) return 'Nothing is in force, so nothing of any margin is used.';
  return `${table(marginHeads, all)}\n\nFor the better above zero. Quality, success and satisfaction in points, time and cost relative to generation 0.`;
}

function setbacks(evolution: Evolution): string {
  const rows = [...rollbacksInWords(evolution), ...refutedInWords(evolution)];
  return rows.length > 0 ? table(setbackHeads, rows) : 'Nothing was.';
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

/** With columns as wide as what stands in them. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')));
  const widths = heads.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

const printable = (text: string): string =>
  text.replaceAll(/\p{Cc}/gu, (control) => (control === '\n' ? control : '\ufffd'));
