import { decimalOf } from '@contentflow/kernel';
import { backtestRouting, crossValidateRouting, routedWithinCost } from '@contentflow/language-models';
import { type Backtest, csv, columns } from './backtest.ts';
import { number } from './options.ts';
import { sorted } from './rows.ts';

/** Which prompts gain by the most expensive model. */
export const routing: Backtest = {
  reads: { ...columns(['prompt']), prefixes: ['quality_', 'cost_'] },
  run: ({ rows, options }) => {
    const { readable, unreadable } = sorted(rows, routedPrompt);
    const seed = number(options, 'seed', 1);
    const { rows: scored, summary } =
      options['topics'] === undefined
        ? backtestRouting(readable, number(options, 'train', 0.5), seed)
        : crossValidateRouting(readable, { topics: number(options, 'topics'), seed });
    const page = async () => (await import('@contentflow/report-page')).routingPage(summary);
    const cost =
      options['cost'] === undefined ? {} : { withinCost: routedWithinCost(readable, scored, number(options, 'cost')) };
    return { output: csv(['row', 'score'], scored), summary: { ...summary, ...cost }, unreadable, page };
  },
};

/** `prompt,quality_MODEL…,cost_MODEL…` */
function routedPrompt(value: Readonly<Record<string, unknown>>) {
  const numbers = (prefix: string): Record<string, number> =>
    Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, number]) => [name.slice(prefix.length), decimalOf(number) ?? Number.NaN]),
    );
  const [quality, cost] = [numbers('quality_'), numbers('cost_')];
  const bad = [...Object.entries(quality), ...Object.entries(cost)].find(([, number]) => !Number.isFinite(number));
  if (typeof value['prompt'] !== 'string') return { problem: 'prompt: is missing' };
  if (bad) return { problem: `${bad[0]}: is not a number` };
  return { prompt: value['prompt'], quality, cost };
}
