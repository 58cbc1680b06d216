/**
 * Remembers the results of a pure function of one text or number, the least recently used forgotten first.
 * Only speed depends on it: the function must depend on its argument alone.
 * @param limit  results kept at most, > 0
 */
export function boundedMemo<Result, Argument extends string | number = string>(
  limit: number,
  compute: (argument: Argument) => Result,
): (argument: Argument) => Result {
  let young = new Map<Argument, Result>();
  let old = new Map<Argument, Result>();

  // Two generations instead of a list of uses: a hit in the young one costs a single look-up.
  return (argument) => {
    const known = young.get(argument);
    if (known !== undefined) return known;
    const result = old.get(argument) ?? compute(argument);
    if (young.size >= limit / 2) {
      old = young;
      young = new Map();
    }
    young.set(argument, result);
    return result;
  };
}
