import { signal } from './signal.ts';

const isConnected = signal(true);

/** Every answer and every silence of the server is told here. */
export const setConnected = isConnected.set;

/** Whether the server answered when it was last asked. */
export const useIsConnected = isConnected.use;
