import { jestProject } from './test/support/jest-project.js';
import { longerE2e } from './test/support/longer-e2e.js';

/**
 * Every contract on the oldest versions, but those that need GraphQL, `SseSignal`, or what Nest has mended since: a function
 * as the CORS options of Fastify, pipes of event streams that answer 400, files that are closed with their client, a TCP client that hears of a lost connection,
 * global modules that can be replaced. Packages of Nest that the oldest are not installed with are left out too: schedules, events, CQRS, commands and queues are
 * tried on both majors.
 */
const contracts =
  'test/contracts/(?!(commands|cors|cqrs|events|graphql|in-flight-numbers|lazy-modules|message-closing|overridden-module|resource-kinds|schedule|tracked-methods|event-streams(-by-hand|-handlers)?)\\.spec).*\\.spec\\.ts$';

/** What a busy machine does not disturb, and packs no package that another one packs. All other files have the machine for themselves. */
const undisturbed =
  'broker-(intakes|pages)|brokers|bundles|cluster-test|coordination|demo|deploy|fleet-(gateway|stack)|install-matrix|jobs(-page)?|manifest-check-(boot|values)|messages-ledger-[a-z]+|million|own-closes|payments|prisma-versions|queue-pages|rabbitmq|resources(-protocols|-unanswered)?|pictures|single-replica';
const files = 'services-spec\\.ts$';

/**
 * Tests that need real servers, such as PostgreSQL, or much time, and rehearsals of whole rolling updates, which need the
 * machine for themselves. `npm test` does not run them. `npm run test:services` runs the projects `rehearsals` and `services`
 * one file at a time, after all others, which run beside each other. @type {import('jest').Config}
 */
export default {
  maxWorkers: 1,
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  reporters: ['default', '<rootDir>/test/support/skipped-tests-reporter.js'],
  projects: [
    jestProject({ name: 'rehearsals', tests: 'test/rollout/.*\\.rollout-spec\\.ts$', programs: true }),
    jestProject({ name: 'contracts (Nest 11)', tests: 'test/contracts/.*\\.spec\\.ts$', nest: 11 }),
    jestProject({ name: 'contracts (oldest Nest 12)', tests: contracts, nest: 12, oldest: true }),
    jestProject({ name: 'contracts (oldest Nest 11)', tests: contracts, nest: 11, oldest: true }),
    jestProject({ name: 'e2e (longer)', tests: `test/e2e/${longerE2e}e2e-spec\\.ts$`, programs: true }),
    jestProject({ name: 'e2e (second half)', tests: 'test/e2e/(?!demo).*\\.e2e-spec\\.ts$', half: 2, programs: true }),
    jestProject({
      name: 'services',
      tests: `test/(services/(?!${undisturbed})[^/]+|package/package)\\.${files}`,
      programs: true,
    }),
    jestProject({
      name: 'undisturbed services',
      tests: `test/(services/(${undisturbed})|package/tools)\\.${files}`,
      programs: true,
    }),
    jestProject({
      name: 'framework',
      tests: `test/services/framework/.*\\.${files}`,
      setup: 'test/support/build-framework.ts',
    }),
  ],
};
