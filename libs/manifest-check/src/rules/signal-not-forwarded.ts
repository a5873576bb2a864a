import { doubted } from '../rule-kinds/doubted.js';
import { type Report, type Rule } from '../rule-kinds/rule.js';
import { scriptReport } from '../rule-kinds/script-report.js';
import { obstacleReport } from '../rule-kinds/obstacle-report.js';
import { obstacleIn, obstacleInLine, type SignalObstacle } from '../manifest/command.js';
import { isAlpineImage, isForeign } from '../manifest/foreign.js';
import { DOCKERFILE_START, KUBERNETES_START, startRemedy, withHint } from '../manifest/start-remedy.js';
import { commandsOfScript, type PackageScripts, withScripts } from '../manifest/package-scripts.js';
import { isStart } from '../manifest/runner.js';
import { isShell, shellLineIndex, wordsIn } from '../manifest/shell-line.js';
import { type Container } from '../manifest/container.js';
import { jobsIn } from '../manifest/job-pods.js';
import { type Resource } from '../manifest/resource.js';
import { type DockerStart, dockerStartOf, isForeignImage } from '../platforms/docker-start.js';
import { baseImageOf, dockerfilesAmong, isBuiltIn, lastInstruction } from '../platforms/last-instruction.js';
import { packageScriptsOf, type StartScript, startScriptOf } from '../platforms/start-script.js';
import { isAtHand, isNamedAfterTask } from '../manifest/at-hand.js';
import { type PlatformFile } from '../platforms/platform-file.js';
import { type Field } from '../source/field.js';
import { folderOf } from '../source/neighbours.js';

/** The signal goes to the first process of the container, which has to be the service. */
export const signalNotForwarded: Rule = {
  id: 'signal-not-forwarded',
  severity: 'error',
  summary: 'A package manager or a shell gets the signal in place of the service',
  *check({ cluster, platforms }) {
    for (const workload of cluster.workloads) {
      for (const report of inContainer(workload.main, workload)) {
        yield workload.doubt === undefined ? report : doubted(report, workload.doubt);
      }
    }
    for (const { job, containers } of jobsIn(cluster))
      // What runs once, such as a migration, has nothing to hand on.
      for (const container of containers.filter((one) => !isAtHand(textsOfAll(one)) && isOfNode(textsOfAll(one))))
        yield* inContainer(container, job);
    for (const file of dockerfilesAmong(platforms)) yield* inDockerfile(file);
  },
};

function* inContainer(container: Container, about: Resource): Iterable<Report> {
  const { field, words } = container;
  const written = [textsOf(field.at('command')), textsOf(field.at('args'))] as const;
  const obstacle = obstacleIn(written.flat());
  const [at] = words;
  if (obstacle === undefined || at === undefined || isForeign(container)) return;
  const { instead } = obstacle;
  const remedy = withHint(startRemedy(KUBERNETES_START, written, instead), instead, '#');
  yield { at, about, remedy, ...obstacleReport(obstacle, isOfAlpine(container)) };
}

/** Whether the line that a shell is given starts anything of Node; what is given to no shell is not asked. */
function isOfNode(words: readonly string[]): boolean {
  const line = words[shellLineIndex(words) ?? -1];
  return line === undefined || line.split(/[\s;&|()"']+/).some((word) => isStart(word) && !isShell(word));
}

/** By its tag, or by what it is built from. */
function isOfAlpine({ field, build }: Container): boolean {
  return isAlpineImage(field.at('image').text ?? '') || build?.isAlpine === true;
}

function textsOfAll({ words }: Container): readonly string[] {
  return words.map(({ text }) => text ?? '');
}

function textsOf(list: Field | undefined): readonly string[] {
  return list?.items.map(({ text }) => text ?? '') ?? [];
}

function* inDockerfile(about: PlatformFile): Iterable<Report> {
  const start = dockerStartOf(about);
  if (start === undefined || isForeignImage(about) || isAtHand(start.words) || isOfTask(about)) return;
  yield* inImage(start, about);
}

/** What is in a folder that is named after what is done once, and listens nowhere. */
function isOfTask(file: PlatformFile): boolean {
  const folder = folderOf(file.root.source.path).replace(/[\\/]$/, '');
  return isNamedAfterTask(folder.replace(/^.*[\\/]/, '')) && lastInstruction(file, 'EXPOSE') === undefined;
}

function* inImage(start: DockerStart, about: PlatformFile): Iterable<Report> {
  const script = startScriptOf(wordsBeforeShell(start), about);
  const scripts = packageScriptsOf(about);
  const ofScript = script && scriptReport(script, scripts);
  if (ofScript !== undefined) yield { about, ...ofScript };
  if (script !== undefined && !script.isHandedOn) return;
  const obstacle = obstacleOf(start, script);
  if (obstacle === undefined || isDevelopmentScript(obstacle, scripts)) return;
  const known = { ...obstacle, instead: withScripts(obstacle.instead, scripts) };
  const build = buildBefore(commandsOfScript(obstacle.instead, scripts), scripts, about);
  const remedy = dockerfileRemedy(known, start, build);
  yield { at: start.at, about, remedy, ...obstacleReport(obstacle, isAlpineImage(baseImageOf(about))) };
}

/** `npm start` may be what people run while they write the service. */
function isDevelopmentScript({ instead }: SignalObstacle, scripts: PackageScripts): boolean {
  return commandsOfScript(instead, scripts).some((text) => isAtHand(text.split(/\s+/)));
}

/** A line that is a single command starts that. */
function wordsBeforeShell({ line, words }: DockerStart): readonly string[] {
  return line === undefined ? words : (wordsIn(line.replace(/^exec\s+/, '')) ?? []);
}

/** What a script that gives way is given counts as if it were started itself. */
function obstacleOf({ line, words }: DockerStart, script: StartScript | undefined): SignalObstacle | undefined {
  if (script === undefined || line !== undefined) return line === undefined ? obstacleIn(words) : obstacleInLine(line);
  const found = obstacleIn(script.args);
  return found && { ...found, instead: { ...found.instead, words: [...script.before, ...found.instead.words] } };
}

/** `nest start` builds, and Node does not: what an image that nothing builds needs before. */
function buildBefore(commands: readonly string[], scripts: PackageScripts, file: PlatformFile): string {
  if (!commands.some((text) => /(?:^|[\s/])nest\s+start\b/.test(text)) || isBuiltIn(file)) return '';
  return `RUN ${'build' in scripts ? 'npm run build' : 'node_modules/.bin/nest build'}\n`;
}

function dockerfileRemedy({ instead }: SignalObstacle, { at, line, written }: DockerStart, build: string): string {
  const inShell =
    line !== undefined && instead.line !== undefined ? `${at.at('keyword').text ?? 'CMD'} ${instead.line}` : undefined;
  return withHint(`${build}${inShell ?? startRemedy(DOCKERFILE_START, written, instead)}`, instead, '#');
}
