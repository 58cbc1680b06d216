import { type BackOff, backOffMs } from '@contentflow/kernel';

export const DEFAULT_ATTEMPTS = 5;
const BACK_OFF: BackOff = { firstMs: 100, longestMs: 5_000 };

/** How long to wait after this many failures in a row; milliseconds. */
export const retryWaitMs = (failures: number): number => backOffMs(failures, BACK_OFF);
