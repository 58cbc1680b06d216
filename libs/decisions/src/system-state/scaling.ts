import { ScalingDecided } from '@contentflow/contracts';
import { slice } from './slice.ts';

export interface ScalingState {
  readonly instances: number;
}

export const scalingSlice = slice<ScalingState>({ instances: 1 }).on(ScalingDecided, (_, { to }) => ({
  instances: to,
}));
