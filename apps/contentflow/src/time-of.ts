/** Epoch seconds, ISO 8601, or `YYYY-MM-DD HH:MM:SS` as UTC. Milliseconds; NaN for anything else. */
export function timeOf(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '') return Number.NaN;
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  const isUtc = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(trimmed);
  return Date.parse(isUtc ? `${trimmed.replace(' ', 'T')}Z` : trimmed);
}
