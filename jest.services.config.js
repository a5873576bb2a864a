import { jestProject } from './test/support/jest-project.js';

/**
 * Tests that need real servers, such as PostgreSQL, and rehearsals of whole rolling updates, which need the machine for
 * themselves. `npm test` does not run them. @type {import('jest').Config}
 */
export default {
  maxWorkers: 1,
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/test/support/skipped-tests-reporter.js'],
  projects: [
    jestProject({ name: 'rehearsals', tests: 'test/rollout/.*\\.rollout-spec\\.ts$', programs: true }),
    jestProject({ name: 'services', tests: 'test/services/.*\\.services-spec\\.ts$', programs: true }),
  ],
};
