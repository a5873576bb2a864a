import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { resolveSettings } from '../../libs/lifecycle/src/options/resolve-settings.js';
import { root } from '../support/repository.js';
import { commandLineProblems } from './command-line.js';

interface Manifest {
  readonly name: string;
  readonly scripts: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

const read = (file: string): Manifest => JSON.parse(readFileSync(resolve(root, file), 'utf8')) as Manifest;
const { scripts, devDependencies = {} } = read('package.json');
const { name: packageName } = read('libs/lifecycle/package.json');

/** What is wrong with a line for the shell, as sentences. `curl` lines are run by readme-curl.spec.ts. */
export function shellProblems(line: string): string[] {
  return commandsOf(line).flatMap((command) => commandProblems(command.trim()));
}

/** What a line does one after the other; `&&` in quotes is part of a command. */
function commandsOf(line: string): string[] {
  return line.split(/ && (?=(?:[^']*'[^']*')*[^']*$)/);
}

function commandProblems(line: string): string[] {
  // What a pod has written, for a command to read.
  const { variables, command } = splitVariables(line.replace(/^kubectl logs --previous [\w-]+ \| /, ''));
  return [...settingsProblems(variables), ...programProblems(command)];
}

function programProblems(command: string): string[] {
  if (command === 'npm ci' || command === `npm install ${packageName}` || command.startsWith('curl ')) return [];
  if (command.startsWith(INSTALL)) return command.slice(INSTALL.length).split(' ').flatMap(installProblems);
  if (command.startsWith('npx nestjs-lifecycle ')) return commandLineProblems(command);
  return fileProblems(command) ?? scriptProblems(command);
}

function fileProblems(command: string): string[] | undefined {
  const file = FILES.map((pattern) => pattern.exec(command)?.[1]).find((path) => path !== undefined);
  if (file === undefined) return undefined;
  return existsSync(resolve(root, file)) ? [] : [`there is no ${file}`];
}

function scriptProblems(command: string): string[] {
  const script = /^npm (?:run )?([\w:]+)(?: -- .+)?$/.exec(command)?.[1];
  if (script === undefined) return [`no test knows how to check "${command}"`];
  return script in scripts ? [] : [`there is no npm script "${script}"`];
}

const INSTALL = 'npm install --save-dev ';

/** What the command takes, from the repository: an image's Dockerfile, a folder of manifests. */
const FILES = [/^docker build -f (\S+) -t \S+ \.$/, /^kubectl apply -k (\S+)$/];

/** A package that the pages install beside ours has the version that it is tested with. */
function installProblems(wanted: string): string[] {
  if (wanted === 'nestjs-lifecycle-cli') return [];
  const [, name = wanted, version] = /^(.+)@(.+)$/.exec(wanted) ?? [];
  return devDependencies[name] === version ? [] : [`${wanted} is not what is tested: ${devDependencies[name]}`];
}

/** The variables in front of a command: `PORT=0 npm start`. */
function splitVariables(line: string): { variables: Map<string, string>; command: string } {
  const variables = new Map<string, string>();
  let command = line;
  for (let match = VARIABLE.exec(command); match !== null; match = VARIABLE.exec(command)) {
    variables.set(match[1] ?? '', match[2] ?? '');
    command = command.slice(match[0].length);
  }
  return { variables, command };
}

const VARIABLE = /^([A-Z_]+)=(\S*) /;

/** What the library says about an environment; nothing when it would start. */
export function settingsProblems(variables: ReadonlyMap<string, string>): string[] {
  try {
    resolveSettings({ code: {}, variable: (name) => variables.get(name), platform: 'linux' });
    return [];
  } catch (error) {
    return [String(error)];
  }
}
