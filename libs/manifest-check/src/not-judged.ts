import { isForeign } from './manifest/foreign.js';
import { backendNamesOf } from './manifest/route.js';
import { type Workload } from './manifest/workload.js';
import { type Missing } from './platforms/platform-file.js';
import { pm2ListOf } from './platforms/pm2-list.js';
import { serviceProcessesOf } from './platforms/service-process.js';
import { folderOf, joinPath } from './source/neighbours.js';
import { type Model, type Report } from './rule-kinds/rule.js';

/** Something that no rule could judge. It is no fault, and no sign that all is well either. */
export type Gap = Pick<Report, 'at' | 'about' | 'message' | 'remedy'>;

/** Whatever the files name, or seem to need, and do not show. */
export function* gapsIn(model: Model): Iterable<Gap> {
  yield* servicesWithoutPods(model);
  yield* workloadsWithoutTraffic(model);
  yield* unknownBackends(model);
  yield* computedLists(model);
  yield* missingFiles(model);
  yield* unreadPlatforms(model);
}

function* servicesWithoutPods({ cluster }: Model): Iterable<Gap> {
  for (const service of cluster.ofKind('Service')) {
    const at = service.root.at('spec', 'selector');
    if (at.texts.size === 0 || cluster.workloads.some(({ services }) => services.includes(service))) continue;
    const labels = [...at.texts].map(([key, value]) => `${key}=${value}`).join(', ');
    yield {
      at,
      about: service,
      message: `no workload here has pods with ${labels}, so nothing is said of its ports and its traffic`,
      remedy: 'Name the folder that holds that workload, too; or correct the selector.',
    };
  }
}

/** A server that lists ports, and that nothing here sends requests to: half of the rules are about those. */
function* workloadsWithoutTraffic({ cluster }: Model): Iterable<Gap> {
  for (const about of cluster.workloads) {
    if (!listens(about) || about.services.length > 0 || isForeign(about.main)) continue;
    yield {
      at: about.root.at('metadata', 'name'),
      about,
      message: 'it has ports, but no Service here chooses its pods, so the rules on traffic say nothing of it',
      remedy: 'Name the folder that holds its Service, too. A worker that is sent no requests needs none.',
    };
  }
}

function listens({ main }: Workload): boolean {
  return main.ports.some(({ name = '' }) => !/metric|prom/i.test(name));
}

function* unknownBackends({ cluster }: Model): Iterable<Gap> {
  for (const about of cluster.ofKind('Ingress')) {
    for (const at of backendNamesOf(about)) {
      if (cluster.ofKind('Service').some(({ name }) => name === at.text)) continue;
      yield {
        at,
        about,
        message: `Service ${at.text ?? ''} is not here, so nothing is said of its port, nor of how long its pods are sent requests`,
        remedy: 'Name the folder that holds that Service, too; or correct the name.',
      };
    }
  }
}

/** PM2's files are read, not run. */
function* computedLists({ platforms }: Model): Iterable<Gap> {
  for (const about of platforms) {
    if (about.platform !== 'pm2') continue;
    const apps = pm2ListOf(about.root);
    const isRead = apps.items.length > 0 || apps.at('script').exists;
    if (isRead) continue;
    yield {
      at: about.root,
      about,
      message: 'its applications are computed, and the file is read, not run',
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
function isUnsure({ root, beside = [] }: Model['platforms'][number]): boolean {
  if (root.at('processes').exists) return false;
  const path = joinPath(folderOf(root.source.path), root.at('build', 'dockerfile').text ?? 'Dockerfile');
  return !beside.some((one) => one.platform === 'dockerfile' && joinPath(one.root.source.path) === path);
}
