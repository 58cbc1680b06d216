import type { Report } from '@contentflow/contracts';
import { asMoney } from './as-money.ts';

type Told = Omit<Report, 'in_words'>;
type Evolution = Told['system_evolution'];

/** The report in a few sentences, the same wherever it is told: what was changed, what learning cost, what came back, what was spent. */
export const storyOf = ({ system_evolution: evolution, spend, simulated }: Told): string[] => [
  whatWasChanged(evolution),
  whatLearningCost(evolution),
  ...whatItSaved(evolution),
  ...whenItPaysBack(evolution),
  whatWasSpent(spend, simulated),
];

function whatWasChanged({ changes, improvements_applied: all, learning_cost: { experiments } }: Evolution): string {
  const inForce = all.filter(({ status }) => status !== 'rolled_back').length;
  const types = new Set(all.filter(({ status }) => status !== 'rolled_back').map((each) => each.content_type)).size;
  if (changes === 'none_yet')
    return `Nothing has been changed yet; ${experiments === 0 ? 'no change is being tried' : `${counted(experiments, 'change')} tried or being tried`}.`;
  if (changes === 'none_in_force') return 'Nothing is in force: what was changed was taken back.';
  if (inForce === 0) return 'A quality threshold or a model in force was changed.';
  return `${counted(inForce, 'improvement')} in force in ${counted(types, 'content type')}.`;
}

function whatLearningCost({ learning_cost: { extra, screening } }: Evolution): string {
  const cost = extra + screening;
  if (cost === 0) return 'Learning has cost nothing so far.';
  const sum = cost < 0 ? `has brought in ${asMoney(-cost)} by itself` : `has cost ${asMoney(cost)} so far`;
  return `Learning ${sum}.`;
}

function whatItSaved({ changes, cost_savings_estimate: saved }: Evolution): string[] {
  if (changes === 'none_yet') return [];
  if (!saved) return ['It is too early to say what that saves.'];
  const interval = `(${asMoney(saved.lower)} to ${asMoney(saved.upper)})`;
  if (saved.lower > 0) return [`It has saved ${asMoney(saved.value)} ${interval}, learning paid for.`];
  if (saved.upper < 0)
    return [`So far that makes ${asMoney(-saved.value)} more than generation 0 would have cost ${interval}.`];
  return [`It is too early to say what that saves: ${asMoney(saved.value)} ${interval} by now.`];
}

function whenItPaysBack({ payback: { status, at, per_day } }: Evolution): string[] {
  const rate =
    per_day && per_day.lower > 0 ? `; at the rate of the last six hours it saves ${asMoney(per_day.value)} a day` : '';
  switch (status) {
    case 'paid_back':
      return [`It paid back ${at === null ? 'long ago' : `by ${minute(at)}`}${rate}.`];
    case 'pays_back':
      return [`It pays back about ${at === null ? 'soon' : minute(at)}${rate}.`];
    case 'not_in_sight':
      return ['That it pays back is not in sight yet.'];
    case 'too_early':
      return [`When it pays back is too early to say${rate}.`];
    case 'nothing_changed':
      return [];
  }
}

function whatWasSpent({ today, month }: Report['spend'], simulated: boolean): string {
  const isEstimate = today.by_model.some((each) => each.is_estimate);
  const note = isEstimate ? ', partly an estimate: not every price is known' : '';
  return `Spent today: ${money(today.usd)} on ${counted(today.calls, 'call')}${note}; this month ${money(month.usd)}${simulated ? ' (simulated)' : ''}.`;
}

/** Cents matter where a call costs less than one. */
const money = (usd: number): string => (usd > 0 && usd < 0.1 ? `$${usd.toPrecision(2)}` : asMoney(usd));
const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const counted = (n: number, noun: string): string => `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
