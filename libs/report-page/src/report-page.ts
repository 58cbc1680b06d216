import type { Estimate, AppliedImprovement, Counter } from '@contentflow/contracts';

import type { FullReport } from './full-report.ts';
import type { Comparisons } from './comparison.ts';
import { renderComparisonPage } from './comparison-page.ts';
import { curvesOf, learningFigure, loadFigure, priceFigure } from './curves.ts';
import { change, count, figures, instant, money, monthOf, verdictOf, words } from './figures.ts';
import { type Html, html } from './html.ts';
import { marksOf } from './marks.ts';
import { pageOf, section, table } from './page.ts';
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
import { timelineFigure } from './timeline.ts';

/** The report as one HTML file that needs nothing else; a comparison of many days has a page of its own. */
export function renderReportPage(report: FullReport | Comparisons): string {
  if ('comparisons' in report) return renderComparisonPage(report);
  const { simulated, at, in_words: sentences, spend, system_evolution: evolution, series } = report;
  const from = Math.min(at, series.hours[0]?.from ?? at, series.load[0]?.from ?? at);
  const span = { from, to: Math.max(at, from + 1) };
  const marks = marksOf(report);
  return pageOf({
    title: 'How the system evolved',
    subtitle: `${instant(from)} to ${instant(at)}, ${count(evolution.ledger_entries)} entries in the ledger`,
    simulated,
    body: html`
      ${section(
        'In short',
        simulated,
        html`<ul>
          ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
        </ul>`,
      )}
      ${section('Against the holdback', simulated, evolutionTable(report))}
      ${section('Spent on calls to models', simulated, spendTable(spend))}
      ${section(
        'Hour by hour, with 95 % bands',
        simulated,
        html`<div class="plots">
          ${curvesOf(series.hours, span)} ${loadFigure(series.load, span)} ${learningFigure(series.learning, span)}
          ${priceFigure(series.hours, span)}
        </div>`,
      )}
      ${section(
        'Decisions',
        simulated,
        marks.length > 0
          ? timelineFigure(marks, span.from, span.to)
          : html`<p class="muted">Nothing was concluded, applied or taken back.</p>`,
      )}
      ${section('Improvements', simulated, improvementsTable(evolution.improvements_applied))}
      ${section('Margins against generation 0', simulated, marginsTable(evolution))}
      ${section('What was refuted and rolled back', simulated, setbacks(report))}
    `,
  });
}

function evolutionTable({ system_evolution: evolution, simulated }: FullReport): Html {
  const { intervals, generations, window, left_out } = evolution;
  const rows = figures.map(({ metric, title, format, isLowerBetter }) => [
    title,
    inForm(evolution.initial_performance[metric], intervals.initial[metric], format),
    inForm(evolution.current_performance[metric], intervals.current[metric], format),
    evolution.changes === 'in_force' ? changeCell(evolution.change[metric], isLowerBetter) : '–',
  ]);
  return html`
    ${evolution.changes !== 'in_force' && html`<p>${noComparison[evolution.changes]}</p>`}
    ${table(['Metric', 'Initial (holdback)', 'Current', 'Change'], rows)}
    <p class="muted">
      ${instant(window.from)} to ${instant(window.to)}, both weighted to the same mix of content types; 95 % intervals
      that hold at every look of a day; ${count(generations.holdback)} briefs held back on generation 0,
      ${count(generations.current)} others.
      ${left_out.length > 0 && `Left out, for want of a success in both: ${left_out.map(words).join(', ')}.`}
    </p>
    <dl>
      ${fact(`Cost savings${simulated ? ' (simulated)' : ''}`, describeSavings(evolution))}
      ${fact('Cost of learning, beyond the controls, trials on held-out briefs included', money(evolution.learning_cost.extra + evolution.learning_cost.screening))}
      ${fact('Paid for briefs that ended without content', paidInWords(evolution.paid_for_nothing))}
      ${fact('Exposures in experiments', count(evolution.learning_cost.exposures))}
      ${counterFact('Autonomous decisions', evolution.counters.autonomous_decisions)}
      ${counterFact('Human interventions', evolution.counters.human_interventions)}
      ${counterFact('Learning cycles', evolution.counters.learning_cycles)}
    </dl>
  `;
}

const spendTable = (spend: FullReport['spend']): Html =>
  spend.months.length === 0
    ? html`<p class="muted">Nothing yet.</p>`
    : html`${table(spendHeads, spendInWords(spend))}
        <p class="muted">
          ${spend.months.map(({ from, usd }) => `${monthOf(from)}: ${money(usd)}`).join('; ')}. Days and months in UTC.
        </p>`;

function changeCell(estimate: Estimate | null, isLowerBetter: boolean): Html | string {
  if (!estimate) return 'too early to compare';
  const verdict = verdictOf(estimate, isLowerBetter);
  const kind = verdict === 'better' ? 'good' : verdict === 'worse' ? 'bad' : 'muted';
  return html`${withInterval(estimate, change)} <span class="${kind}">${verdict}</span>`;
}

const fact = (name: string, value: string, title = ''): Html =>
  html`<div title="${title}">
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

/** Each counter names the event types that it counts. */
const counterFact = (name: string, { count: total, events }: Counter): Html =>
  fact(
    name,
    count(total),
    Object.entries(events)
      .map(([event, n]) => `${event} ${n}`)
      .join(', '),
  );

function improvementsTable(improvements: readonly AppliedImprovement[]): Html {
  if (improvements.length === 0)
    return html`<p class="muted">None was applied: no experiment supported a change on all its metrics together.</p>`;
  const rows = improvements.map((each) => [
    html`${words(each.type)}<br /><span class="muted"
        >${words(each.content_type)}: ${describeChange(each.change)}</span
      >`,
    html`<span class="tag ${statusKind(each.status)}">${words(each.status)}</span>`,
    html`${each.impact}${each.effect_raw !== null && html`<br /><span class="muted">${change(each.effect_raw)} as measured</span>`}`,
    effectsOf(each),
    accountOf(each),
    html`${instant(each.applied_at)}${each.ended_at !== null && html`<br />ended ${instant(each.ended_at)}: ${words(each.end_reason ?? '')}`}`,
    each.events.map(({ seq }) => `${seq}`).join(', '),
  ]);
  return table(['Type', 'Status', 'Impact', 'Effects', 'Account', 'Applied', 'Ledger entries'], rows);
}

/** What all changes in force of a content type have done together, beside the most that they may lose. */
function marginsTable(evolution: FullReport['system_evolution']): Html {
  const rows = marginsInWords(evolution).map(({ contentType, metric, effect, margin, left, isOverdrawn, changes }) => [
    contentType,
    metric,
    effect,
    margin,
    isOverdrawn ? html`<span class="bad">${left}</span>` : left,
    changes,
  ]);
  const all = [...rows, ...operatorsInWords(evolution)];
  if (all.length === 0) return html`<p class="muted">Nothing is in force, so nothing of any margin is used.</p>`;
  return html`${table(marginHeads, all)}
    <p class="muted">
      For the better above zero. Quality, success and satisfaction in points, time and cost relative to generation 0.
    </p>`;
}
const statusKind = (status: AppliedImprovement['status']): string =>
  status === 'rolled_back' ? 'bad' : status === 'confirmed' ? 'good' : '';

const accountOf = (each: AppliedImprovement): Html =>
  html`${findingInWords(each)}<br /><span class="muted">${savingInWords(each)}</span>`;

function setbacks({ system_evolution: evolution }: FullReport): Html {
  const [rolledBack, refuted] = [rollbacksInWords(evolution), refutedInWords(evolution)];
  return html`
    ${rolledBack.length > 0 ? table(setbackHeads, rolledBack) : html`<p class="muted">No improvement was rolled back.</p>`}
    ${
      refuted.length > 0 &&
      html`<details>
        <summary>${count(refuted.length)} refuted hypotheses</summary>
        ${table(setbackHeads, refuted)}
      </details>`
    }
  `;
}
