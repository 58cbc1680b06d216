/**
 * What can be told with types alone: promises that nobody waits for, cases that a switch forgets. One run over the whole tree, because each
 * run loads every type there is: `npm run lint:types`.
 */
import tseslint from 'typescript-eslint';
import { noDoubleCast } from './tools/lint/no-double-cast.mjs';
import { noWordIndex } from './tools/lint/no-word-index.mjs';

export default [
  { ignores: ['**/node_modules', '**/dist', '**/.cache', '**/*.mjs', '**/fixtures/**', '**/generated/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    plugins: {
      '@typescript-eslint': tseslint.plugin,
      contentflow: { rules: { 'no-word-index': noWordIndex, 'no-double-cast': noDoubleCast } },
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // Tests choose their own words. An entry's first hash is found as it was then, and own-value.ts is what the rule asks for.
    files: ['**/*.ts', '**/*.tsx'],
    ignores: ['**/*.spec.ts', '**/testing/**', 'libs/kernel/src/own-value.ts', 'libs/ledger/src/domain/entry-hash.ts'],
    rules: { 'contentflow/no-word-index': 'error' },
  },
];
