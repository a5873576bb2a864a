export { EXIT_CODE, type ExitCode } from './exit-code.js';
export {
  type ManifestRehearsal,
  playRehearsal,
  playWorkloads,
  rehearse,
  type RehearseOptions,
  rehearseWorkloads,
} from './rehearse/rehearse.js';
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
  type DescribedRequest,
  type Fault,
  type LostRequest,
  parseRequest,
  type Rehearsal,
  type RehearsalOptions,
  type RehearsalWatch,
  type RequestKind,
  toRequestKind,
  type Verdict,
  type WorkloadOptions,
  type WorkloadsOptions,
  type WorkloadsWatch,
} from 'nestjs-lifecycle-rollout';
