import { jestProject } from '../support/jest-project.js';

/** Runs the test that the README shows, as readme-testing.spec.ts has written it into `dist/docs/testing`. */
export default {
  ...jestProject({ name: 'README', tests: 'test/docs/.*\\.spec\\.ts$' }),
  testRegex: '/dist/docs/testing/.*-spec\\.ts$',
  modulePathIgnorePatterns: ['<rootDir>/(libs/[^/]+|compat/[^/]+)/dist/', '<rootDir>/dist/(?!docs)'],
};
