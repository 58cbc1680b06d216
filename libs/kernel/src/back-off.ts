export interface BackOff {
  /** The pause after the first failure, in milliseconds. */
  readonly firstMs: number;
  /** No pause is longer; unlimited where left out. */
  readonly longestMs?: number;
  /** By what factor each pause is longer than the one before; 2 where left out. */
  readonly growth?: number;
}

/**
 * How long to wait after so many failures in a row, in milliseconds: ever longer, up to a limit.
 * @param failures  in a row, ≥ 1
 */
export const backOffMs = (failures: number, { firstMs, longestMs = Number.POSITIVE_INFINITY, growth = 2 }: BackOff) =>
  Math.min(longestMs, firstMs * growth ** (failures - 1));
