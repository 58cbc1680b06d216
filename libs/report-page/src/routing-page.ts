import type { CurvePoint, RoutingSummary } from '@contentflow/language-models';
import { html } from './html.ts';
import { pageOf, section } from './page.ts';
import { type Line, plotFigure } from './plot.ts';

/** How the lead of the most expensive model is recovered as more calls go to it: by the router, by length, by chance. */
export function routingPage(summary: RoutingSummary): string {
  const { cheapest, mostExpensive, rows, area, areaByLength, oracleArea, gainOverLength } = summary;
  const { difference, lower, upper } = gainOverLength;
  const recovered = (curve: readonly CurvePoint[]): Line['points'] =>
    curve.map(({ share, gapRecovered }) => ({ time: share, value: gapRecovered }));
  const lines: readonly Line[] = [
    { name: 'predicted gain', color: 'current', points: recovered(summary.curve) },
    { name: 'longest prompts first', color: 'holdback', points: recovered(summary.curveByLength) },
    {
      name: 'by chance',
      color: 'load',
      points: [
        { time: 0, value: 0 },
        { time: 1, value: 1 },
      ],
    },
  ];
  const title = `Share of ${mostExpensive}’s lead over ${cheapest} recovered, by share of calls to ${mostExpensive}`;
  return pageOf({
    title: 'Routing backtest',
    subtitle: `${rows} prompts; ${cheapest} is the cheapest model, ${mostExpensive} the most expensive`,
    simulated: false,
    body: html`${section('The curve', false, plotFigure({ title, lines, format: percent, across: percent, from: 0, to: 1 }))}
    ${section(
      'The area under it',
      false,
      html`<p>
        ${figure(area)} by predicted gain, ${figure(areaByLength)} by length, ${figure(oracleArea)} for who knows the
        answers, 0.500 by chance. More than by length: ${figure(difference)}, 95 % interval ${figure(lower)} to
        ${figure(upper)}, paired.
      </p>`,
    )}`,
  });
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const figure = (value: number): string => value.toFixed(3);
