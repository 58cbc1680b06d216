/** A stretch of a text: in both, only before, or only after. */
export interface Stretch {
  readonly kind: 'same' | 'before' | 'after';
  readonly text: string;
}

/** More words than this are shown side by side instead: a difference of them would take too long to find. */
const MOST_WORDS = 3000;

/** What was taken out of a text and what came in, word by word; by the longest common subsequence. */
export function differenceOf(before: string, after: string): Stretch[] {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  if (a.length > MOST_WORDS || b.length > MOST_WORDS)
    return [
      { kind: 'before', text: before },
      { kind: 'after', text: after },
    ];
  const common = commonLengths(a, b);
  const stretches: Stretch[] = [];
  const add = (kind: Stretch['kind'], text: string): void => {
    const last = stretches.at(-1);
    if (last?.kind === kind) stretches[stretches.length - 1] = { kind, text: last.text + text };
    else stretches.push({ kind, text });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add('same', a[i] as string);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(common, i + 1, j) >= at(common, i, j + 1))) {
      add('before', a[i] as string);
      i++;
    } else {
      add('after', b[j] as string);
      j++;
    }
  }
  return stretches;
}

const wordsOf = (text: string): string[] => text.match(/^\s+|\S+\s*/g) ?? [];

interface Lengths {
  readonly width: number;
  readonly cells: Uint16Array;
}

const at = ({ width, cells }: Lengths, i: number, j: number): number => cells[i * width + j] ?? 0;

/** Of what follows each pair of places, the length of what both have. */
function commonLengths(a: readonly string[], b: readonly string[]): Lengths {
  const width = b.length + 1;
  const lengths: Lengths = { width, cells: new Uint16Array((a.length + 1) * width) };
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths.cells[i * width + j] =
        a[i] === b[j] ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
  return lengths;
}
