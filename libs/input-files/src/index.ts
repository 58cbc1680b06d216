export * from './csv-rows.ts';
export * from './input-bytes.ts';
export * from './json-file.ts';
export * from './repeated-keys.ts';
export * from './rows.ts';
export * from './text-lines.ts';
