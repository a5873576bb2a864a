import { learnSettings } from '../settings/learn-settings.js';
import { type FindPrinted, knownTexts } from '../settings/printed-settings.js';
import { splitWords } from 'nestjs-lifecycle-shared';
import { isAtHand } from '../manifest/at-hand.js';
import { obstacleIn } from '../manifest/command.js';
import { commandsOfScript } from '../manifest/package-scripts.js';
import { scriptsOfProcess } from './process-package.js';
import { type ServiceSettings } from '../settings/service-settings.js';
import { type Field } from '../source/field.js';
import { composeServicesIn } from './compose-services.js';
import { buildContextOf, dockerfileOf } from './compose-build.js';
import { isForeignImage } from './docker-start.js';
import { startsAtHand, startsServerOfNode } from './image-server.js';
import { isHelperName } from '../manifest/container.js';
import { isForeignStart } from '../manifest/foreign.js';
import { isForDevelopmentByName } from './last-instruction.js';
import { nomadTasksOf } from './nomad-tasks.js';
import { folderOf, joinPath } from '../source/neighbours.js';
import { isJob } from './job.js';
import { variablesOf } from './platform-environment.js';
import { type Missing, type PlatformFile } from './platform-file.js';
import { isOfPm2Init, pm2ListOf } from './pm2-list.js';

/** A process of the service, as a file of a platform other than Kubernetes starts it. */
export interface ServiceProcess {
  readonly platform: PlatformFile['platform'];
  /** What findings call it. */
  readonly about: Pick<PlatformFile, 'kind' | 'name' | 'template'>;
  /** The whole document. */
  readonly root: Field;
  /** The container, the application, or the section `[Service]`. */
  readonly field: Field;
  /** Where its command is written. */
  readonly commandField: Field;
  readonly command: readonly string[];
  /** The same as it is written: the program, and its arguments. */
  readonly commands: readonly (readonly string[])[];
  /** The variables that the file gives it. */
  readonly variables: ReadonlyMap<string, Field>;
  readonly settings: ServiceSettings;
  readonly missing: readonly Missing[];
}

/**
 * The processes of a file that are the service's: databases and proxies beside it go by other rules. Jobs, and what is told
 * to run for development, are left out: no client loses a request there.
 */
export function serviceProcessesOf(file: PlatformFile, findPrinted: FindPrinted): readonly ServiceProcess[] {
  const all = isWithoutPackage(file) ? [] : candidatesOf(file);
  const isServer = (candidate: Candidate): boolean =>
    !isForDevelopment(candidate) && !runsScriptAtHand(candidate, file);
  const chosen = all.filter(
    (candidate) =>
      (file.platform === 'pm2' || isNode(candidate) || isBuiltOfNode(candidate, file)) && isServer(candidate),
  );
  // Where a file has a single candidate, that one is meant.
  const [only, ...others] = all.filter(({ isLikely }) => isLikely);
  const isOnly = only !== undefined && others.length === 0 && isServer(only) && !chosen.includes(only);
  return [...chosen, ...(isOnly ? [only] : [])].map((candidate) => toProcess(candidate, file, findPrinted));
}

/** Heroku installs Node where a `package.json` is beside the Procfile, and nowhere else. */
function isWithoutPackage({ platform, root, neighbours }: PlatformFile): boolean {
  if (platform !== 'heroku' || neighbours?.isWhole !== true) return false;
  return neighbours.find(folderOf(root.source.path), 'package.json') === undefined;
}

/**
 * The names of what may be a service as well, and shows no sign of it: neither Node, nor something else. An app of Fly has a line of its own.
 */
export function unsureProcessesIn(file: PlatformFile, findPrinted: FindPrinted): readonly string[] {
  if (file.platform === 'fly' || file.platform === 'pm2') return [];
  const chosen = new Set(serviceProcessesOf(file, findPrinted).map(({ field }) => field.path));
  const left = candidatesOf(file).filter(({ field }) => !chosen.has(field.path));
  return left.filter((one) => !isForDevelopment(one) && !isOfAnother(one)).map(({ name }) => name);
}

function isOfAnother({ name, field, commandFields }: Candidate): boolean {
  const image = field.at('image').text ?? field.at('Config', 'image').text ?? '';
  return isHelperName(name) || isHelperName(image) || isForeignStart(image, wordsOf(commandFields));
}

interface Candidate {
  readonly name: string;
  readonly field: Field;
  readonly commandFields: readonly Field[];
  readonly variables: ReadonlyMap<string, Field>;
  readonly isLikely: boolean;
  readonly missing: readonly Missing[];
}

/** Whether it is built from a Dockerfile of something else than Node. */
function isBuiltElsewise(field: Field, file: PlatformFile): boolean {
  const dockerfile = file.platform === 'compose' ? dockerfileOf(field, file) : undefined;
  return dockerfile !== undefined && isForeignImage(dockerfile);
}

/** Whether its Dockerfile tells that it runs Node: a server, and not pages. */
function isBuiltOfNode(candidate: Candidate, file: PlatformFile): boolean {
  const dockerfile = startingDockerfile(candidate, file);
  return dockerfile !== undefined && startsServerOfNode(dockerfile, buildContextOf(candidate.field));
}

/** Whether its Dockerfile starts what people run while they write it, or what runs once. */
function isBuiltForDevelopment(candidate: Candidate, file: PlatformFile): boolean {
  const dockerfile = startingDockerfile(candidate, file);
  return dockerfile !== undefined && startsAtHand(dockerfile, buildContextOf(candidate.field));
}

/** The Dockerfile that says what is started, where Compose does not. */
function startingDockerfile({ field, commandFields }: Candidate, file: PlatformFile): PlatformFile | undefined {
  if (file.platform !== 'compose' || commandFields.some(({ exists }) => exists)) return undefined;
  return dockerfileOf(field, file);
}

type Found = Omit<Candidate, 'variables' | 'missing'> & Partial<Candidate>;

function candidatesOf(file: PlatformFile): readonly Candidate[] {
  const { platform, root } = file;
  const found = foundIn(file).filter(({ field }) => !isJob(platform, field, root) && !isBuiltElsewise(field, file));
  return found
    .map((one): Candidate => Object.assign({ variables: variablesOf(platform, one.field), missing: [] }, one))
    .filter((candidate) => !isBuiltForDevelopment(candidate, file));
}

function foundIn(file: PlatformFile): readonly Found[] {
  return FINDERS[file.platform](file);
}

const FINDERS: Readonly<Record<PlatformFile['platform'], (file: PlatformFile) => readonly Found[]>> = {
  ecs: ({ root }) => ecsContainers(root),
  'cloud-run': ({ root }) => containersIn(root.at('spec', 'template', 'spec', 'containers'), ['command', 'args']),
  compose: composeServicesIn,
  pm2: ({ root }) => pm2Applications(root),
  systemd({ root, name }) {
    const field = root.at('Service');
    return [{ name, field, commandFields: [field.at('ExecStart', -1)], isLikely: false }];
  },
  fly: flyProcesses,
  heroku: ({ root }) =>
    root.entries.map(([type, field]) => ({ name: type, field, commandFields: [field], isLikely: false })),
  nomad: ({ root }) =>
    nomadTasksOf(root).map(({ task }) => ({
      name: task.at('Name').text ?? '',
      field: task,
      commandFields: [task.at('Config', 'command'), task.at('Config', 'args')],
      isLikely: false,
    })),
  'nomad-hcl': () => [],
  dockerfile: () => [],
};

/** Those under `processes`, or the one that the image starts: of that the Dockerfile and `package.json` beside it tell. */
function flyProcesses(file: PlatformFile): readonly Found[] {
  const { root, name } = file;
  const written = root.at('processes').entries.filter(([, field]) => field.text !== undefined);
  if (written.length > 0) {
    return written.map(([type, field]) => ({ name: type, field: root, commandFields: [field], isLikely: false }));
  }
  const command = [root.at('experimental', 'cmd'), root.at('experimental', 'entrypoint')].filter(
    ({ exists }) => exists,
  );
  return [{ name, field: root, commandFields: command, isLikely: command.length === 0 && isNodeFolder(file) }];
}

function isNodeFolder({ root, beside = [], neighbours }: PlatformFile): boolean {
  const folder = folderOf(root.source.path);
  const path = joinPath(folder, root.at('build', 'dockerfile').text ?? 'Dockerfile');
  const dockerfile = beside.find((one) => one.platform === 'dockerfile' && joinPath(one.root.source.path) === path);
  if (dockerfile !== undefined) return !isForeignImage(dockerfile);
  return !root.at('build', 'image').exists && neighbours?.find(folder, 'package.json') !== undefined;
}

/** The task itself, which `describe-task-definition` prints under a key. */
export function ecsTaskOf(root: Field): Field {
  const task = root.at('taskDefinition');
  return task.exists ? task : root;
}

function ecsContainers(root: Field): readonly Found[] {
  return containersIn(ecsTaskOf(root).at('containerDefinitions'), ['entryPoint', 'command']);
}

function containersIn(list: Field, keys: readonly string[]): readonly Found[] {
  return list.items.map((field) => ({
    name: field.at('name').text ?? '',
    field,
    commandFields: keys.map((key) => field.at(key)),
    isLikely: true,
  }));
}

function pm2Applications(root: Field): readonly Found[] {
  const apps = pm2ListOf(root);
  const list = apps.items.length > 0 ? apps.items : [apps];
  const ofNode = list.filter((app) => {
    const interpreter = app.at('interpreter').text ?? 'node';
    return (
      app.at('script').exists &&
      !isOfPm2Init(app) &&
      interpreter.endsWith('node') &&
      !/\.(?:py|sh|rb|php)$/.test(app.at('script').text ?? '')
    );
  });
  return ofNode.map((field) => ({
    name: field.at('name').text ?? '',
    field,
    commandFields: [field.at('script'), field.at('args')],
    isLikely: true,
  }));
}

const PROGRAM = /^(?:[-@:+!]*\S*\/)?(?:node|nodejs|npm|npx|yarn|pnpm|nest|bun|tsx|ts-node|pm2|pm2-runtime|pm2-docker)$/;
const VARIABLE = /^(?:SHUTDOWN_|NODE_)/;

function isNode({ field, variables, commandFields }: Candidate): boolean {
  const isOfNode = /(?:^|\/)node(?::|@|$)/.test(field.at('image').text ?? field.at('Config', 'image').text ?? '');
  return (
    isOfNode ||
    [...variables.keys()].some((name) => VARIABLE.test(name)) ||
    // A shell has the command in one word.
    wordsOf(commandFields).some((word) => word.split(/[\s;&|]+/).some((part) => PROGRAM.test(part)))
  );
}

function isForDevelopment({ variables, commandFields, field }: Candidate): boolean {
  const environment = variables.get('NODE_ENV')?.text ?? '';
  if (/^prod/i.test(environment)) return isAtHand(wordsOf(commandFields));
  const names = [field.at('build', 'target').text, /:([\w.-]+)$/.exec(field.at('image').text ?? '')?.[1]];
  if (isForDevelopmentByName(field.source.path) || names.some((name = '') => /^(?:dev|local)/i.test(name))) return true;
  // Of several commands in a row the last one stays.
  return /^(?:dev|test|local)/i.test(environment) || isAtHand(wordsOf(commandFields));
}

/** `yarn start` may be what people run while they write the service: `nest start --watch`. */
function runsScriptAtHand(candidate: Candidate, file: PlatformFile): boolean {
  const script = obstacleIn(wordsOf(candidate.commandFields))?.instead;
  if (script === undefined) return false;
  return commandsOfScript(script, scriptsOfProcess(candidate, file)).some((text) => isAtHand(text.split(/\s+/)));
}

function wordsOf(fields: readonly Field[]): readonly string[] {
  return fields.flatMap((field) => {
    if (field.text !== undefined) return splitWords(field.text);
    return field.items.map(({ text }) => text ?? '');
  });
}

/** Platforms whose files describe services and nothing else. */
const RUNS_SERVICES: ReadonlySet<PlatformFile['platform']> = new Set(['ecs', 'cloud-run', 'fly', 'heroku', 'nomad']);

function toProcess(candidate: Candidate, file: PlatformFile, findPrinted: FindPrinted): ServiceProcess {
  const { name, field, commandFields, variables, missing } = candidate;
  const isProduction = RUNS_SERVICES.has(file.platform) || variables.get('NODE_ENV')?.text === 'production';
  return {
    platform: file.platform,
    about: { kind: file.kind, name: name === '' ? file.name : name, template: file.template },
    root: file.root,
    field,
    commandField: commandFields.find(({ exists }) => exists) ?? field,
    command: wordsOf(commandFields),
    commands: commandFields.map((written) => wordsOf([written])),
    variables,
    missing,
    settings: learnSettings({
      printed: findPrinted({ workload: undefined, variables: knownTexts(variables) }),
      isProduction,
      variables,
      at: field,
    }),
  };
}
