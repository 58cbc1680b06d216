import { type Answer, learnedSchema } from '@contentflow/contracts';

/** How predictions made before each rating went wrong, against how many ratings had been seen: mean absolute errors, by stretches of ratings. */
export const learningCurveSchema = learnedSchema.pick({ ratings: true }).extend({ points: learnedSchema.shape.curve });
export type LearningCurve = Answer<typeof learningCurveSchema>;
export type CurvePoint = LearningCurve['points'][number];

export const emptyCurve: LearningCurve = { ratings: 0, points: [] };

/** Ends of the points: 25, 50, 100, 200, … */
const endOfPoint = (rating: number): number => {
  let end = 25;
  while (end < rating) end *= 2;
  return end;
};

export function withErrors(curve: LearningCurve, error: number, meanError: number): LearningCurve {
  const ratings = curve.ratings + 1;
  const to = endOfPoint(ratings);
  const last = curve.points.at(-1);
  if (last?.to !== to)
    return { ratings, points: [...curve.points, { from: curve.ratings, to, n: 1, error, meanError }] };
  const n = last.n + 1;
  const point = {
    ...last,
    n,
    error: last.error + (error - last.error) / n,
    meanError: last.meanError + (meanError - last.meanError) / n,
  };
  return { ratings, points: [...curve.points.slice(0, -1), point] };
}

/** The curves of several partitions as one: a point holds what each of them had at that point of its own. */
export function mergedCurve(curves: readonly LearningCurve[]): LearningCurve {
  const longest = Math.max(0, ...curves.map(({ points }) => points.length));
  const points = Array.from({ length: longest }, (_, at) =>
    mergedPoint(curves.flatMap((curve) => curve.points[at] ?? [])),
  );
  return { ratings: curves.reduce((sum, { ratings }) => sum + ratings, 0), points };
}

function mergedPoint(points: readonly CurvePoint[]): CurvePoint {
  const sum = (of: (point: CurvePoint) => number): number => points.reduce((total, point) => total + of(point), 0);
  const n = sum((point) => point.n);
  return {
    from: sum(({ from }) => from),
    to: sum(({ to }) => to),
    n,
    error: sum((point) => point.n * point.error) / n,
    meanError: sum((point) => point.n * point.meanError) / n,
  };
}
