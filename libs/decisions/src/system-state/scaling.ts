import { ScalingDecided } from '@contentflow/contracts';
import { slice } from './slice.ts';

export interface ScalingState {
  readonly instances: number;
}

export const scalingSlice = slice<ScalingState>({ instances: 1 }).on(ScalingDecided, (_, { to }) =>
  // Its contract is wider than what there can be: a system that took this over could write no result down.
  Number.isSafeInteger(to) && to >= 0 ? { instances: to } : `there cannot be ${to} instances`,
);
