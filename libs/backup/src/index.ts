export * from './back-up.ts';
export * from './kafka.ts';
export * from './manifest.ts';
export * from './restore.ts';
