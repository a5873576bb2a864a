import { joinWords } from '../manifest/shell-line.js';
import { type PackageScripts, withScripts } from '../manifest/package-scripts.js';
import { type StartScript } from '../platforms/start-script.js';
import { obstacleReport } from './obstacle-report.js';
import { type PartialReport } from './rule.js';

/** What is said of a script that keeps the signal for itself: at its own line. */
export function scriptReport({ at, start }: StartScript, scripts: PackageScripts): PartialReport | undefined {
  if (start === undefined) return undefined;
  const { words, line, hint } = withScripts(start.obstacle.instead, scripts);
  const command = line ?? `exec ${joinWords(words)}`;
  const remedy = hint === undefined ? command : `# ${hint}\n${command}`;
  return { at, remedy, ...obstacleReport(start.obstacle) };
}
