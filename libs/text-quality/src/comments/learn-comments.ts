import { labelsOf } from './aspect.ts';
import { type LabelledPoint, type LinearClassifiers, trainedClassifiers } from './linear-classifiers.ts';
import { bucketWeights, remarkBucketsOf, remarkBuckets, weighted } from './remark-features.ts';

export interface LabelledRemark {
  readonly comment: string;
  readonly labels: string;
}

/** A wish that fewer remarks name is learned as what it is a wish about. */
const FEWEST_OF_A_WISH = 8;
const COST = 30;

/** What n-grams say of remarks. */
export interface LearnedRemarks {
  readonly classes: readonly string[];
  readonly bucketWeights: Float32Array;
  readonly lines: LinearClassifiers;
}

export function learnRemarks(remarks: readonly LabelledRemark[]): LearnedRemarks {
  const classes = classesOf(remarks);
  const found = remarks.map(({ comment }) => remarkBucketsOf(comment));
  const weights = bucketWeights(found);
  const points = remarks.map(({ labels }, i): LabelledPoint => ({
    ...weighted(found[i] as Int32Array, weights),
    classes: placesOf(labels, classes),
  }));
  return {
    classes,
    bucketWeights: weights,
    lines: trainedClassifiers(points, { buckets: remarkBuckets, classes: classes.length, cost: COST }),
  };
}

function classesOf(remarks: readonly LabelledRemark[]): string[] {
  const counts = new Map<string, number>();
  for (const { labels } of remarks) for (const name of namesOf(labels)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const kept = [...counts].map(([name, count]) => (count < FEWEST_OF_A_WISH ? withoutWish(name) : name));
  return [...new Set([...kept, ...[...counts.keys()].map(withoutWish)])].sort();
}

const placesOf = (labels: string, classes: readonly string[]): number[] =>
  namesOf(labels).map((name) => (classes.includes(name) ? classes.indexOf(name) : classes.indexOf(withoutWish(name))));

export const withoutWish = (name: string): string => name.replace(/([+-]) .*/, '$1');

/** Classes that a remark belongs to; what is liked is one class, whatever it is called. */
function namesOf(labels: string): string[] {
  const { aspects, about, isCommand } = labelsOf(labels);
  const names = [
    ...aspects.map(({ aspect, polarity, wanted }) => {
      if (polarity === 'positive') return `${aspect}+`;
      return wanted === undefined || /\d/.test(wanted) ? `${aspect}-` : `${aspect}- ${wanted}`;
    }),
    ...about.map((target) => `@${target}`),
    ...(isCommand ? ['@command'] : []),
  ];
  return names.length > 0 ? names : ['none'];
}

/** Of comments by language and by labels. */
export const remarksIn = (
  comments: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): LabelledRemark[] =>
  Object.values(comments).flatMap((byLabels) =>
    Object.entries(byLabels).flatMap(([labels, remarks]) => remarks.map((comment) => ({ comment, labels }))),
  );
