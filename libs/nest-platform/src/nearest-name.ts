import { distance } from 'fastest-levenshtein';

/** The name that was meant, it seems; undefined where none is near. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const [nearest] = names
    .map((name) => ({ name, edits: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= mostEdits(Math.min(written.length, name.length)))
    .sort((a, b) => a.edits - b.edits);
  return nearest?.name;
}

/** Two letters that changed places are two edits. */
const mostEdits = (length: number): number => (length < 5 ? 1 : Math.max(2, Math.floor(length / 3)));
