import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds wrong with a page as it is now, each fault in a line; the rules of WCAG 2.2 A and AA, and of good practice. */
export async function violationsOn(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document);
    return violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html.slice(0, 160)) }));
  });
  return found.map(({ id, at }) => `${id}: ${at.join(' | ')}`);
}

/** Names that more than one button has: whoever hears them alone cannot tell them apart. */
export async function sharedButtonNames(page: Page): Promise<string[]> {
  const names = await page
    .getByRole('button')
    .evaluateAll((buttons) => buttons.map((each) => each.getAttribute('aria-label') ?? each.textContent.trim()));
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index || name === ''))];
}
