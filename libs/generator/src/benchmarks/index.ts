export { benchCacheLimit } from './cache-limit.ts';
