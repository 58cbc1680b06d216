import { Html, html } from './html.ts';
import { style } from './style.ts';

interface Page {
  readonly title: string;
  readonly subtitle: string;
  readonly simulated: boolean;
  readonly body: Html;
}

/** One file that needs nothing else: no script, no font, no address. */
export function pageOf({ title, subtitle, simulated, body }: Page): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}${simulated && ' (simulated)'}</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title} ${simulatedMark(simulated)}</h1>
          <p>${subtitle}</p>
          ${simulated && html`<p class="warning">All figures here come from the sandbox: no real provider was asked, and no money was spent.</p>`}
        </header>
        <main>${body}</main>
      </body>
    </html>`;
  return `${page.text}\n`;
}

export const simulatedMark = (simulated: boolean): Html | false =>
  simulated && html`<span class="simulated">simulated</span>`;

/** A part of the page; where its figures are simulated, it says so. */
export const section = (title: string, simulated: boolean, body: Html): Html =>
  html`<section>
    <h2>${title} ${simulatedMark(simulated)}</h2>
    ${body}
  </section>`;

/** A table that scrolls by itself on a narrow screen. */
export const table = (heads: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html =>
  html`<div class="scrolled" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...rest]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${rest.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
