declare global {
  /** As ECMAScript 2026 has it, and TypeScript not yet. */
  interface JSON {
    parse(
      text: string,
      revived: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}

/** From sixteen digits on an integer may be one that JavaScript's numbers do not have. */
const MANY_DIGITS = /\d{16}/;
const INTEGER = /^-?\d+$/;

/** Whether it may hold an integer that JavaScript's numbers do not have. */
export const hasManyDigits = (json: string): boolean => MANY_DIGITS.test(json);

/**
 * What JSON says, but for integers that JavaScript's numbers do not have, names of things among them: each is an object that is written as it came,
 * by `JSON.stringify`.
 * @throws SyntaxError for what is no JSON
 */
export function parseWithAllDigits(json: string): unknown {
  if (!hasManyDigits(json)) return JSON.parse(json);
  return JSON.parse(json, (_name, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && INTEGER.test(source) ? JSON.rawJSON(source) : value,
  );
}
