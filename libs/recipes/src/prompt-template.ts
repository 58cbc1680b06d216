import { ownValue } from '@contentflow/kernel';
import type { Brief } from '@contentflow/contracts';

const PLACEHOLDER = /\{\{\s*([\w.]+)\s*\}\}/g;

/**
 * A prompt of one's own with the brief filled in: `{{topic}}`, `{{keyPoints}}`, `{{metadata.sku}}`. Lists become bullets, keywords
 * a line. A line whose placeholders all stand for nothing is left out. `reference` has to come fenced.
 */
export function filledTemplate(template: string, brief: Brief): string {
  return template
    .split('\n')
    .flatMap((line) => {
      const names = [...line.matchAll(PLACEHOLDER)].map(([, name]) => name as string);
      if (names.length > 0 && names.every((name) => worded(name, brief) === '')) return [];
      return [line.replace(PLACEHOLDER, (_, name: string) => worded(name, brief))];
    })
    .join('\n');
}

/** What a placeholder can stand for; the rest is found when the configuration is read. */
export const unknownPlaceholders = (template: string): string[] =>
  placeholdersOf(template).filter((name) => !known.test(name));

export const placeholdersOf = (template: string): string[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, name]) => name as string);

const known = /^(contentType|topic|audience|tone|length|keyPoints|keywords|language|reference|metadata\.[\w.]+)$/;

function worded(name: string, brief: Brief): string {
  const value = name
    .split('.')
    .reduce<unknown>((part, key) => ownValue((part as Record<string, unknown> | undefined) ?? {}, key), brief);
  if (value === undefined || value === null) return '';
  if (name === 'keywords') return (value as string[]).join(', ');
  if (Array.isArray(value)) return value.map((each) => `\n- ${String(each)}`).join('');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
