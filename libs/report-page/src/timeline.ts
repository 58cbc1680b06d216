import { type Html, html } from './html.ts';
import { at, scale, timeAxis } from './plot.ts';

/** What happened when, by name. */
export interface Mark {
  readonly time: number;
  readonly name: string;
  readonly says: string;
}

const WIDTH = 1000;
const LANE = 24;
const LABELS = 190;

/** Decisions on the time axis, a lane for each name, in the order in which the names first appear. */
export function timelineFigure(marks: readonly Mark[], from: number, to: number): Html {
  const names = [...new Set(marks.toSorted((a, b) => a.time - b.time).map(({ name }) => name))];
  const height = names.length * LANE + 34;
  const x = scale(from, to, LABELS, WIDTH - 10);
  const y = (name: string): number => 8 + (names.indexOf(name) + 0.5) * LANE;
  return html`<figure class="timeline">
    <svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${marks.length} decisions over time">
      ${timeAxis(from, to, x, height)}
      ${names.map(
        (name) =>
          html`<line class="grid" x1="${LABELS}" x2="${WIDTH - 10}" y1="${at(y(name))}" y2="${at(y(name))}" />
            <text x="${LABELS - 10}" y="${at(y(name) + 4)}" text-anchor="end">
              ${name} (${marks.filter((mark) => mark.name === name).length})
            </text>`,
      )}
      ${marks.map(
        ({ time, name, says }) =>
          html`<circle class="dot ${colorOf(name)}" cx="${at(x(time))}" cy="${at(y(name))}" r="4.5"
            ><title>${says}</title></circle
          >`,
      )}
    </svg>
  </figure>`;
}

function colorOf(name: string): string {
  if (/Applied|Confirmed|Permanent/.test(name)) return 'good';
  return /RolledBack|Refuted|Expired/.test(name) ? 'bad' : 'current';
}
