import { jestProject } from './test/support/jest-project.js';

/**
 * Every contract on the oldest versions, but those that need GraphQL, `SseSignal`, or what Nest has mended since: a function
 * as the CORS options of Fastify, pipes of event streams that answer 400, files that are closed with their client, a TCP client that hears of a lost connection,
 * global modules that can be replaced.
 */
const contracts =
  'test/contracts/(?!(cors|graphql|in-flight-numbers|message-closing|overridden-module|event-streams(-by-hand|-handlers)?)\\.spec).*\\.spec\\.ts$';

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
    jestProject({ name: 'contracts (oldest Nest 12)', tests: contracts, nest: 12, oldest: true }),
    jestProject({ name: 'contracts (oldest Nest 11)', tests: contracts, nest: 11, oldest: true }),
    jestProject({ name: 'services', tests: 'test/services/[^/]+\\.services-spec\\.ts$', programs: true }),
    jestProject({
      name: 'framework',
      tests: 'test/services/framework/.*\\.services-spec\\.ts$',
      setup: 'test/support/build-framework.ts',
    }),
  ],
};
