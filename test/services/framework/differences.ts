import { type Observation } from './run/play.js';
import { type LogLine } from './run/witnesses.js';

/**
 * The modules that importing ours brings along. Nest's InstanceLoader logs a line for each, in its order of distances,
 * which is not that of a plain application: these lines are compared as a set.
 */
const OUR_MODULES = [
  'GracefulShutdownModule',
  'LastModule',
  'ProbeModule',
  'EnvironmentModule',
  'DiscoveryModule',
  'ConfigModule',
  'ConfigHostModule',
];

/**
 * What must be the same with the module and without. Every difference that we keep is taken out here, and nowhere else:
 *
 * - the module's own log lines, and those of Nest about its modules
 * - the module's own report
 */
export function comparable({ report: _report, log, ...observation }: Observation): unknown {
  const kept = log.filter((line) => line.context !== 'GracefulShutdown' && !isAboutOurModules(line));
  return {
    ...observation,
    loaded: kept.filter(isOfInstanceLoader).map(text).sort(),
    log: kept.filter((line) => !isOfInstanceLoader(line)).map(text),
  };
}

function isAboutOurModules(line: LogLine): boolean {
  return isOfInstanceLoader(line) && OUR_MODULES.some((name) => line.message.includes(`${name} dependencies`));
}

function isOfInstanceLoader({ context }: LogLine): boolean {
  return context === 'InstanceLoader';
}

function text({ level, message, context }: LogLine): string {
  return `${level} [${context}] ${message}`;
}
