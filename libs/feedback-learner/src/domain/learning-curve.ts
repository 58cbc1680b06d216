/** How predictions made before each rating went wrong, against how many ratings had been seen. */
export interface LearningCurve {
  readonly ratings: number;
  readonly points: readonly CurvePoint[];
}

/** Mean absolute errors over the ratings after the `from`-th, up to the `to`-th. */
export interface CurvePoint {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly error: number;
  /** Of the mean of all ratings before, as the model's yardstick. */
  readonly meanError: number;
}

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
