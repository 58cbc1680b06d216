/** The inner product of two vectors of one length, summed from the first component on. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

export interface SolverLimits {
  readonly steps: number;
  /** The squared residual, as a share of what it was at first, at which the solution is good enough. */
  readonly tolerance: number;
}

/**
 * Solves A x = b for a symmetric positive definite A that is known only by what it makes of a vector, from x = 0 on.
 * @param image  A times a vector
 * Source: Hestenes and Stiefel (1952), Methods of conjugate gradients, J. Res. NBS 49(6)
 */
export function conjugateGradients(
  image: (vector: Float64Array) => Float64Array,
  b: Float64Array,
  { steps, tolerance }: SolverLimits,
): Float64Array {
  const solution = new Float64Array(b.length);
  const residual = Float64Array.from(b);
  const direction = Float64Array.from(b);
  let size = dot(residual, residual);
  const enough = tolerance * size;
  for (let step = 0; step < steps && size > enough; step++) {
    const moved = image(direction);
    const length = size / dot(direction, moved);
    for (let j = 0; j < b.length; j++) {
      solution[j] = (solution[j] as number) + length * (direction[j] as number);
      residual[j] = (residual[j] as number) - length * (moved[j] as number);
    }
    const next = dot(residual, residual);
    for (let j = 0; j < b.length; j++)
      direction[j] = (residual[j] as number) + (next / size) * (direction[j] as number);
    size = next;
  }
  return solution;
}
