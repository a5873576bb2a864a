/**
 * Durations, options, shares, variables and the clock: the one implementation, which the manifest check and the rehearsal
 * use as well. Nothing here, and nothing it imports, knows of Nest.
 */
export {
  type Duration,
  formatDuration,
  LONGEST_MS,
  parseDuration,
  parseEnvironmentDuration,
} from '../deadline/duration.js';
export { type Clock, systemClock } from '../deadline/clock.js';
export { implausibleTimes } from './implausible-times.js';
export { type OptionProblem } from './invalid-options-error.js';
export { nearestName } from './nearest-name.js';
export { isRecord } from './option-field.js';
export { OPTION_FIELDS, type WrittenOptions } from './option-fields.js';
export { printedSettings, type PrintedSettings, SETTINGS_FORMAT, SETTINGS_VERSION } from './printed-settings.js';
export { eachOption, readOptions, resolveSettings, settle } from './resolve-settings.js';
export { type Settings } from './settings.js';
export { findUnknownVariables } from './unknown-variables.js';
export { marginOf, type TimeMisfit } from './share-out.js';
