/** Documents that people write, and rows. What is longer comes from programs. */
const MAX_CHECKED = 1_000_000;

/** A key that an object of a JSON text names twice, of which `JSON.parse` would silently lose one. */
export interface RepeatedKey {
  readonly key: string;
  /** From the outermost object: `budgets.perDayUsd`. */
  readonly path: string;
  /** Of its second name in the text. */
  readonly at: number;
}

/** The first one. @param text  JSON that has been read */
export function repeatedKeyIn(text: string): RepeatedKey | undefined {
  if (text.length > MAX_CHECKED) return undefined;
  const open: { readonly keys: Set<string>; key: string }[] = [];
  for (const { 0: token, 1: isKey, index } of text.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*(:))?|[{}]/g)) {
    if (token === '{') open.push({ keys: new Set(), key: '' });
    else if (token === '}') open.pop();
    else if (isKey !== undefined) {
      const within = open.at(-1);
      if (!within) continue;
      within.key = JSON.parse(token.slice(0, -1)) as string;
      if (within.keys.has(within.key))
        return { key: within.key, path: open.map(({ key }) => key).join('.'), at: index };
      within.keys.add(within.key);
    }
  }
  return undefined;
}
