export {
  type CheckOptions,
  type CheckResult,
  checkFiles,
  type NotJudged,
  type SuppressedFinding,
} from './check-files.js';
export { linesOf, oneLineOf } from 'nestjs-lifecycle-shared';
export { applyFixes, type FixedFile } from './findings/apply-fixes.js';
export { type TextEdit } from './edits/text-edit.js';
export { type Finding, type Fix } from './findings/finding.js';
export { type Facts, type Rule } from './rule-kinds/rule.js';
export { isAtLeast, type Severity } from './findings/severity.js';
export { Container } from './manifest/container.js';
export { type Environment } from './manifest/environment.js';
export { expandVariables } from './manifest/expand-variables.js';
export { type ImageStart, readImage } from './files/read-image.js';
export { readCronJobs, readWorkloads } from './files/read-workloads.js';
export { type Workload } from './manifest/workload.js';
export { formatGithub } from './output/format-github.js';
export { formatJson } from './output/format-json.js';
export { formatSarif, type SarifTool } from './output/format-sarif.js';
export { formatText, type TextOptions } from './output/format-text.js';
export { RULE_PAGES } from './rules/rule-pages.js';
export { RULES } from './rules/registry.js';
export { formatDuration, nearestName, parseEnvironmentDuration as parseDuration } from 'nestjs-lifecycle/options';
export {
  NETWORK_PROGRAMMING,
  type NetworkProgramming,
  NetworkProgrammingError,
  readNetworkProgramming,
} from 'nestjs-lifecycle-shared';
export {
  type FindPrinted,
  parsePrintedSettings,
  type PrintedSettings,
  type SettingsQuestion,
} from './settings/printed-settings.js';
export { type ServerSettings } from './settings/service-settings.js';
export { type Field } from './source/field.js';
export { LARGEST_FILE } from './source/guard.js';
export { type TextFile } from './source/source.js';
export { UnusableInput, type UnusableInputCode } from './source/unusable-input.js';
