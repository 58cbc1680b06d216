/** One Jest run for the whole workspace; `npm test` prints its last line through tools/test-reporter.mjs. */
export default {
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/infra'],
  testMatch: ['**/*.spec.ts'],
  // Node loads what it runs, TypeScript through tools/register.mjs.
  transform: {},
  testEnvironment: '<rootDir>/tools/jest/native-environment.mjs',
  testRunner: '<rootDir>/tools/jest/native-runner.mjs',
  // A limit on what hangs, not on what is slow: a busy machine passes too.
  testTimeout: 120_000,
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/tools/test-reporter.mjs'],
};
