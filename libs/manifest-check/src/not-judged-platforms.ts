import { type Missing, type PlatformFile } from './platforms/platform-file.js';
import { isPm2TimeElsewhere, pm2ListOf } from './platforms/pm2-list.js';
import { type ServiceProcess, serviceProcessesOf, unsureProcessesIn } from './platforms/service-process.js';
import { type Model, type Report } from './rule-kinds/rule.js';
import { type Field } from './source/field.js';
import { folderOf, joinPath } from './source/neighbours.js';

/** Something that no rule could judge. It is no fault, and no sign that all is well either. */
export type Gap = Pick<Report, 'at' | 'about' | 'message' | 'remedy'>;

/** Whatever files of other platforms name, or compute, and do not show. */
export function* platformGapsIn(model: Model): Iterable<Gap> {
  yield* computedLists(model);
  yield* missingFiles(model);
  yield* unreadPlatforms(model);
  yield* unsureProcesses(model);
  yield* timesFromElsewhere(model);
}

/** PM2's files are read, not run. */
function* computedLists({ platforms }: Model): Iterable<Gap> {
  for (const about of platforms) {
    if (about.platform !== 'pm2') continue;
    const apps = pm2ListOf(about.root);
    const written = apps.items.filter(({ value }) => value?.kind === 'mapping').length;
    const isRead = (written > 0 && written === apps.items.length) || apps.at('script').exists;
    if (isRead) continue;
    yield {
      at: about.root,
      about,
      message: `${written > 0 ? 'some of ' : ''}its applications are computed, and the file is read, not run`,
      remedy:
        'Write apps as a list of objects; or print it, and check that: node -p "JSON.stringify(require(\'./ecosystem.config.js\'))" > ecosystem.config.json',
    };
  }
}

/** Without them the time that a service plans with is not known. */
function* missingFiles({ platforms, findPrinted }: Model): Iterable<Gap> {
  for (const file of platforms) {
    for (const { about, missing } of serviceProcessesOf(file, findPrinted)) {
      for (const one of missing) yield { at: one.at, about, ...missingInWords(one) };
    }
  }
}

function missingInWords({ kind, name }: Missing): Pick<Gap, 'message' | 'remedy'> {
  switch (kind) {
    case 'extended service':
      return {
        message: `the service ${name}, which it extends, is not here, so nothing is said of its time to stop`,
        remedy: 'Check it where that file is, or write the service in this file.',
      };
    case 'env file':
      return {
        message: `${name} is not here, so what it sets is not known, and nothing is said of its time to stop`,
        remedy: 'Check it where that file is; or print the settings there, and pass them: --settings settings.json',
      };
    case 'variable':
      return {
        message: `${name} is set where Compose is started, so nothing is said of its time to stop`,
        remedy: 'Give it a default, as in ${NAME:-30s}, or write it in a file .env beside this one.',
      };
  }
}

/** What is not read at all, and what says too little of what it runs. */
function* unreadPlatforms({ platforms, findPrinted }: Model): Iterable<Gap> {
  for (const about of platforms) {
    const at = about.root;
    if (about.platform === 'nomad-hcl') {
      yield {
        at,
        about,
        message: 'a job in HCL is not read',
        remedy: `Check what Nomad makes of it: nomad job run -output ${about.root.source.path} > job.json, and name job.json.`,
      };
    } else if (about.platform === 'fly' && serviceProcessesOf(about, findPrinted).length === 0 && isUnsure(about)) {
      yield {
        at,
        about,
        message: 'nothing here says what the app runs, so its time to stop and its signal are not judged',
        remedy: 'Name the folder that holds its Dockerfile, too.',
      };
    }
  }
}

/** Neither its own processes, nor a Dockerfile, are known. */
function isUnsure({ root, beside = [] }: PlatformFile): boolean {
  if (root.at('processes').exists) return false;
  const path = joinPath(folderOf(root.source.path), root.at('build', 'dockerfile').text ?? 'Dockerfile');
  return !beside.some((one) => one.platform === 'dockerfile' && joinPath(one.root.source.path) === path);
}

/** Once a file: of what runs there nothing is sure. */
function* unsureProcesses({ platforms, findPrinted }: Model): Iterable<Gap> {
  for (const about of platforms) {
    const names = unsureProcessesIn(about, findPrinted);
    if (names.length === 0) continue;
    const whose = names.length === 1 ? 'its' : 'their';
    yield {
      at: about.root,
      about,
      message: `nothing here shows whether ${inWords(names)} Node, so ${whose} time to stop and ${whose} signal are not judged`,
      remedy:
        'Write the command, as in node dist/main.js, or NODE_ENV among the variables. What is no service of Node needs neither.',
    };
  }
}

/** Not all platforms name what they run. */
function inWords(names: readonly string[]): string {
  const known = names.filter((name) => name !== '').join(', ');
  if (names.length === 1) return `${known === '' ? 'it' : known} runs`;
  return `${known === '' ? 'any of it' : known} run${known === '' ? 's' : ''}`;
}

/** A time that is computed, or written by another tool before the file is used. */
function* timesFromElsewhere({ platforms, findPrinted }: Model): Iterable<Gap> {
  for (const file of platforms) {
    for (const process of serviceProcessesOf(file, findPrinted)) {
      const open = openTimeOf(process);
      if (open === undefined) continue;
      const { at, name } = open;
      yield {
        at,
        about: process.about,
        message: `${name} is computed or filled in later, so nothing is said of its time to stop`,
        remedy: `Write ${name} as a number; or check the file as it is when it is used.`,
      };
    }
  }
}

interface OpenTime {
  readonly at: Field;
  readonly name: string;
}

/** Compose's own is among what is missing. */
function openTimeOf({ platform, field, root }: ServiceProcess): OpenTime | undefined {
  if (platform === 'pm2') {
    const at = field.at('kill_timeout');
    return at.number === undefined && isPm2TimeElsewhere(field) ? { at, name: 'kill_timeout' } : undefined;
  }
  const place = TIMES[platform]?.(field, root);
  return place !== undefined && /[${<%]/.test(place.text ?? '')
    ? { at: place, name: String(place.keys.at(-1)) }
    : undefined;
}

const TIMES: Readonly<Partial<Record<PlatformFile['platform'], (field: Field, root: Field) => Field>>> = {
  ecs: (field) => field.at('stopTimeout'),
  nomad: (field) => field.at('KillTimeout'),
  fly: (_field, root) => root.at('kill_timeout'),
  'cloud-run': (_field, root) => root.at('spec', 'template', 'spec', 'timeoutSeconds'),
};
