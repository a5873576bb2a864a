import { availableParallelism } from 'node:os';
import { jestProject } from './test/support/jest-project.js';
import { longerE2e } from './test/support/longer-e2e.js';

const unit = '(libs/lifecycle/src|test/support)/.*\\.spec\\.ts$';
/** What knows nothing of Nest runs once, not for each of its versions. Of the others, specs that load nothing of Nest do too. */
const tools = '(libs/(rollout|manifest-check|shared)/src|apps/(cli/src|fleet)|scripts|test/cluster)/.*\\.spec\\.ts$';
/**
 * What shows within seconds that a version of Nest has what is needed of it. `npm run test:services` has all contracts on Nest 11,
 * and on the oldest of both majors.
 */
const oldest = 'test/contracts/(hooks|import|nest-major|order)\\.spec\\.ts$';

/** @type {import('jest').Config} */
export default {
  // One more than there are cores: tests of processes wait more than they compute. No more than that, so that what they
  // start is not starved; and no more than the memory of a laptop holds.
  maxWorkers: Math.min(availableParallelism() + 1, 8),
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  reporters: ['default', '<rootDir>/test/support/skipped-tests-reporter.js'],
  projects: [
    jestProject({ name: 'unit (Nest 12)', tests: unit }),
    jestProject({ name: 'unit (Nest 11)', tests: unit, nest: 11, onNest: true }),
    jestProject({ name: 'tools', tests: tools }),
    jestProject({ name: 'contracts (Nest 12)', tests: 'test/contracts/.*\\.spec\\.ts$' }),
    jestProject({ name: 'contracts (oldest Nest 12)', tests: oldest, nest: 12, oldest: true }),
    jestProject({ name: 'contracts (oldest Nest 11)', tests: oldest, nest: 11, oldest: true }),
    jestProject({ name: 'e2e', tests: `test/e2e/(?!${longerE2e}).*\\.e2e-spec\\.ts$`, programs: true }),
    jestProject({ name: 'deploy', tests: 'test/deploy/.*\\.spec\\.ts$' }),
    jestProject({ name: 'docs', tests: 'test/docs/.*\\.spec\\.ts$', programs: true }),
  ],
};
