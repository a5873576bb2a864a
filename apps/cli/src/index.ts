export { EXIT_CODE, type ExitCode } from './exit-code.js';
export { playRehearsal, rehearse } from './rehearse/rehearse.js';
export { runCommandLine } from './program.js';
export { type Terminal } from './terminal.js';
export {
  checkFiles,
  type CheckOptions,
  type CheckResult,
  type Finding,
  type Severity,
} from 'nestjs-lifecycle-manifest-check';
export {
  type Fault,
  type LostRequest,
  type Rehearsal,
  type RehearsalOptions,
  type RehearsalWatch,
  type Verdict,
} from 'nestjs-lifecycle-rollout';
