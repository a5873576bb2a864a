import { jestProject } from '../support/jest-project.js';

/** Runs the tests that the pages show, as testing.spec.ts has written them into `dist/docs/testing`. */
export default {
  ...jestProject({ name: 'shown', tests: 'test/docs/.*\\.spec\\.ts$' }),
  testTimeout: 60_000,
  testRegex: '/dist/docs/testing/.*-spec\\.ts$',
  modulePathIgnorePatterns: ['<rootDir>/(libs/[^/]+|compat/[^/]+)/dist/', '<rootDir>/dist/(?!docs)'],
};
