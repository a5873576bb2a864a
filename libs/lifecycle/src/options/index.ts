/**
 * Durations, options, shares and variables: the one implementation, which the manifest check and the rehearsal use as well.
 * Nothing here, and nothing it imports, knows of Nest.
 */
export {
  type Duration,
  formatDuration,
  LONGEST_MS,
  parseDuration,
  parseEnvironmentDuration,
} from '../deadline/duration.js';
export { isInvalid } from './flaws.js';
export { type OptionProblem } from './invalid-options-error.js';
export { nearestName } from './nearest-name.js';
export { OPTION_FIELDS, type WrittenOptions } from './option-fields.js';
export { parseRangeVariable } from './option-parsers.js';
export { NODE_ENV, type ReadVariable } from './platform.js';
export {
  PRINT_SETTINGS,
  printedSettings,
  type PrintedSettings,
  SETTINGS_FORMAT,
  SETTINGS_VERSION,
  type WrittenOption,
} from './printed-settings.js';
export { eachOption, readOptions, resolveSettings, settle, type SettledOptions } from './resolve-settings.js';
export { type LameDuck, type Settings } from './settings.js';
export { describeUnknownVariable, findUnknownVariables, type UnknownVariable } from './unknown-variables.js';
export { marginOf, type SharedTime, type TimeMisfit, type TimeShares } from './share-out.js';
