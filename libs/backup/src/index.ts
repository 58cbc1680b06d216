export * from './back-up.ts';
export * from './manifest.ts';
export * from './restore.ts';
