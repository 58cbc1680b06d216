import type { Random } from '@contentflow/kernel';
import { fitVectorizer, promptFeatures, type SparseVector } from './prompt-features.ts';

const STEPS = 20;

/**
 * Prompts about the same, by their words alone: spherical k-means from drawn prompts.
 * @returns of each prompt the number of its topic, in [0, count)
 * Source: Dhillon and Modha (2001), Concept decompositions for large sparse text data, Machine Learning 42
 */
export function topicsOf(prompts: readonly string[], count: number, random: Random): number[] {
  const words = prompts.map((prompt) => {
    const { terms, complexity } = promptFeatures(prompt);
    return { complexity, terms: terms.slice(0, 1) };
  });
  const vectorizer = fitVectorizer(words);
  const rows = words.map(vectorizer.vector).map(withoutIntercept);
  let centers = random
    .shuffled(rows)
    .slice(0, count)
    .map((row) => centerOf([row], vectorizer.size));
  let topics: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const next = rows.map((row) => nearest(row, centers));
    if (next.every((topic, i) => topic === topics[i])) break;
    topics = next;
    centers = centers.map((center, topic) => {
      const own = rows.filter((_, i) => topics[i] === topic);
      return own.length === 0 ? center : centerOf(own, vectorizer.size);
    });
  }
  return topics;
}

const withoutIntercept = ({ indices, values }: SparseVector): SparseVector => ({
  indices: indices.slice(1),
  values: values.slice(1),
});

/** Of length 1. */
function centerOf(rows: readonly SparseVector[], size: number): Float64Array {
  const center = new Float64Array(size);
  for (const { indices, values } of rows)
    indices.forEach((index, k) => (center[index] = (center[index] ?? 0) + (values[k] ?? 0)));
  const norm = Math.sqrt(center.reduce((sum, value) => sum + value ** 2, 0)) || 1;
  return center.map((value) => value / norm);
}

function nearest({ indices, values }: SparseVector, centers: readonly Float64Array[]): number {
  let [best, most] = [0, -Infinity];
  centers.forEach((center, topic) => {
    let alike = 0;
    indices.forEach((index, k) => (alike += (center[index] ?? 0) * (values[k] ?? 0)));
    if (alike > most) [best, most] = [topic, alike];
  });
  return best;
}
