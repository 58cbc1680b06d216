/**
 * Remembers the results of a pure function of a text, the least recently used forgotten first.
 * Only speed depends on it: the function must depend on its argument alone.
 * @param limit  results kept at most, > 0
 */
export function boundedMemo<Result>(limit: number, compute: (text: string) => Result): (text: string) => Result {
  let young = new Map<string, Result>();
  let old = new Map<string, Result>();

  // Two generations instead of a list of uses: a hit in the young one costs a single look-up.
  return (text) => {
    const known = young.get(text);
    if (known !== undefined) return known;
    const result = old.get(text) ?? compute(text);
    if (young.size >= limit / 2) {
      old = young;
      young = new Map();
    }
    young.set(text, result);
    return result;
  };
}
