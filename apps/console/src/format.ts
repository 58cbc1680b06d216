import type { Estimate } from '@contentflow/contracts';

/** How figures are written, everywhere on the page. */
const NONE = '–';

/** `850 ms`, `4.3 s`, `45 s`, `3 min 20 s` */
export function duration(ms: number | null | undefined): string {
  if (ms == null) return NONE;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 100_000) return `${Math.round(ms / 1000)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `$0.0042`, `$5.50`, `$1,250` */
export function money(amount: number | null | undefined): string {
  if (amount == null) return NONE;
  const size = Math.abs(amount);
  const digits = size === 0 || size >= 1000 ? 0 : size >= 0.1 ? 2 : 4;
  const figures = size.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${amount < 0 ? '−' : ''}$${figures}`;
}

/** `1,234` */
export const count = (n: number | null | undefined): string =>
  n == null ? NONE : Math.round(n).toLocaleString('en-US');

/** `7.2` */
export const score = (value: number | null | undefined): string => (value == null ? NONE : value.toFixed(1));

/** `85 %` */
export const share = (value: number | null | undefined): string =>
  value == null ? NONE : `${(100 * value).toFixed(Math.abs(value) >= 0.1 || value === 0 ? 0 : 1)} %`;

/** `−34 %`, `+12 %` */
export function change(value: number | null | undefined): string {
  if (value == null) return NONE;
  const percent = Math.round(100 * value);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)} %`;
}

/** Wider than this, an interval says no more than that it is too early. */
const MAX_WIDTH = 3;
export const isPrecise = ({ lower, upper }: Estimate): boolean => upper - lower < MAX_WIDTH && upper !== lower;

/** `−34 % (−40 % to −28 %)` */
export const estimatedChange = (estimate: Estimate): string =>
  `${change(estimate.value)} (${change(estimate.lower)} to ${change(estimate.upper)})`;

/** `p 0.032`, `p < 0.0001` */
export const pValue = (p: number): string => (p < 0.0001 ? '< 0.0001' : p.toPrecision(2));

/** A mean of a metric, in the metric's own unit. */
export function metricValue(metric: string, value: number): string {
  if (metric === 'time') return duration(value);
  if (metric === 'cost') return money(value);
  if (metric === 'tokens') return count(value);
  if (metric === 'success' || metric === 'cacheHits') return share(value);
  return value.toFixed(2);
}

/** `14:03:20` */
export const timeOfDay = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** `2026-01-05 14:03:20 UTC` */
export const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `2026-01-05` */
export const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** `2026-01` */
export const month = (at: number): string => new Date(at).toISOString().slice(0, 7);

/** `product_description` → `product description` */
export const words = (name: string): string => name.replaceAll('_', ' ');

/** `tokensIn` → `tokens in` */
export const spaced = (name: string): string =>
  words(name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`));

/** The first figures of an id or a hash: enough to tell it from others on the page. */
export const shortId = (id: string): string => (id.length > 12 ? id.slice(0, 8) : id);
