/** Milliseconds on a clock that only goes forward, with fractions: for measuring, never for deciding. */
export const elapsedMs = (): number => performance.now();

/** Resident memory of this process, in MiB. */
export const residentMiB = (): number => process.memoryUsage.rss() / 2 ** 20;
