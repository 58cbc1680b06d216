import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { noDoubleCast } from './tools/lint/no-double-cast.mjs';

/** Who may depend on whom: the arrows of docs/architecture.md. */
const depConstraints = [
  { sourceTag: 'type:kernel', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:pure', onlyDependOnLibsWithTags: ['type:kernel', 'type:pure'] },
  {
    // recipes, decisions: the pure model that the contexts share
    sourceTag: 'type:domain',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:contracts', 'type:pure', 'type:domain'],
  },
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: ['type:kernel'] },
  { sourceTag: 'type:files', onlyDependOnLibsWithTags: ['type:kernel'] },
  { sourceTag: 'type:backup', onlyDependOnLibsWithTags: ['type:kernel', 'type:contracts', 'type:port'] },
  { sourceTag: 'type:port', onlyDependOnLibsWithTags: ['type:kernel', 'type:contracts'] },
  { sourceTag: 'type:provider', onlyDependOnLibsWithTags: ['type:kernel', 'type:contracts', 'type:pure'] },
  {
    sourceTag: 'type:platform',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:contracts',
      'type:domain',
      'type:pure',
      'type:port',
      'type:files',
      'type:provider',
    ],
  },
  {
    sourceTag: 'type:context',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:contracts',
      'type:domain',
      'type:pure',
      'type:port',
      'type:files',
      'type:provider',
      'type:platform',
    ],
  },
  {
    sourceTag: 'type:simulation',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:contracts',
      'type:domain',
      'type:pure',
      'type:files',
      'type:provider',
    ],
  },
  {
    // The six services in one process, and the day that is simulated on them.
    sourceTag: 'type:host',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:contracts',
      'type:domain',
      'type:pure',
      'type:port',
      'type:files',
      'type:provider',
      'type:platform',
      'type:context',
      'type:simulation',
      'type:report',
      'type:host',
    ],
  },
  {
    sourceTag: 'type:report',
    onlyDependOnLibsWithTags: [
      'type:kernel',
      'type:contracts',
      'type:pure',
      'type:provider',
      'type:context',
      'type:simulation',
    ],
  },
  { sourceTag: 'scope:simulation', notDependOnLibsWithTags: ['scope:text-quality'] },
  { sourceTag: 'scope:text-quality', notDependOnLibsWithTags: ['scope:simulation'] },
  { sourceTag: 'type:client', onlyDependOnLibsWithTags: [] },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: [
      'type:client',
      'type:kernel',
      'type:contracts',
      'type:domain',
      'type:pure',
      'type:port',
      'type:files',
      'type:provider',
      'type:platform',
      'type:backup',
      'type:context',
      'type:simulation',
      'type:report',
      'type:host',
    ],
  },
];

const impure = [
  { object: 'Date', property: 'now', message: 'Time comes from Clock.' },
  { object: 'Math', property: 'random', message: 'Randomness comes from Random, seeded.' },
  { object: 'performance', property: 'now', message: 'Time comes from Clock.' },
  { object: 'crypto', property: 'randomUUID', message: 'Ids come from derivedId or Random.' },
  { object: 'process', property: 'hrtime', message: 'Time comes from Clock.' },
];
const timers = ['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
  name,
  message: 'Waiting goes through Clock.sleep.',
}));
const wallClock = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time comes from Clock.' },
  { selector: "ImportSpecifier[imported.name='randomUUID']", message: 'Ids come from derivedId or Random.' },
];

const forLines = (name) => ({ name, message: 'It ends lines at U+2028, which a JSON text may hold: use linesIn.' });

export default [
  { ignores: ['**/node_modules', '**/dist', '**/.cache', '**/*.mjs', '**/fixtures/**', '**/generated/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: [], checkDynamicDependenciesExceptions: ['.*'], depConstraints, allowCircularSelfDependency: false },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-properties': ['error', ...impure],
      'no-restricted-globals': ['error', ...timers],
      'no-restricted-syntax': ['error', ...wallClock],
      'no-restricted-imports': ['error', { paths: ['node:readline', 'node:readline/promises'].map(forLines) }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
    },
  },
  {
    // What is shipped comes through a library's front door alone, and no cast ends all checking.
    files: ['**/*.ts', '**/*.tsx'],
    ignores: ['**/*.spec.ts', '**/{testing,benchmarks,e2e}/**', 'apps/contentflow/src/bench/benchmarks.ts'],
    plugins: { contentflow: { rules: { 'no-double-cast': noDoubleCast } } },
    rules: {
      'contentflow/no-double-cast': 'error',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^@contentflow/[a-z-]+/(testing|bench)$|^\\.{1,2}/(.*/)?(testing|benchmarks)/',
              message: 'What is shipped uses no test helper and no benchmark.',
            },
          ],
        },
      ],
    },
  },
  {
    // The pure core: what a domain decides depends on its arguments alone.
    files: ['libs/*/src/domain/**/*.ts', 'libs/{kernel,statistics,recipes,decisions,text-quality}/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**', 'libs/kernel/src/{system-clock,hash,signing-key}.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['node:*', 'fs', 'path', 'crypto'], message: 'A domain does no I/O.' },
            {
              group: ['@nestjs/*', 'kafkajs', 'mongoose', 'rxjs', '@opentelemetry/*'],
              message: 'A domain knows no framework.',
            },
            {
              group: [
                '@contentflow/event-log',
                '@contentflow/read-model',
                '@contentflow/nest-platform',
                '@contentflow/language-models',
              ],
              message: 'A domain knows no adapter.',
            },
          ],
        },
      ],
    },
  },
  {
    // Adapters and tests are where the outside world begins.
    files: [
      '**/*.spec.ts',
      '**/testing/**/*.ts',
      'libs/kernel/src/system-clock.ts',
      'libs/backup/src/**/*.ts',
      'libs/event-log/src/{embedded,kafka}/**/*.ts',
      'libs/read-model/src/{embedded,mongo}/**/*.ts',
      'libs/language-models/src/adapters/**/*.ts',
      'libs/nest-platform/src/adapters/**/*.ts',
      'libs/simulation/src/adapters/**/*.ts',
      'apps/*/src/**/*.{ts,tsx}',
      'tools/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-globals': 'off', 'no-restricted-syntax': 'off' },
  },
];
