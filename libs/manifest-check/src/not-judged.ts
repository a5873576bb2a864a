import { isForeign } from './manifest/foreign.js';
import { namedBackendsOf, ROUTE_KINDS } from './manifest/route.js';
import { type Workload } from './manifest/workload.js';
import { isFilledInLater, isVariableFilledInLater } from './manifest/filled-in-later.js';
import { type Gap, platformGapsIn } from './not-judged-platforms.js';
import { type Field } from './source/field.js';
import { type Model } from './rule-kinds/rule.js';

/** Whatever the files name, or seem to need, and do not show. */
export function* gapsIn(model: Model): Iterable<Gap> {
  yield* servicesWithoutPods(model);
  yield* workloadsWithoutTraffic(model);
  yield* unknownBackends(model);
  yield* valuesForLater(model);
  yield* platformGapsIn(model);
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
  for (const about of ['Ingress', ...ROUTE_KINDS].flatMap((kind) => cluster.ofKind(kind))) {
    for (const { at } of namedBackendsOf(about)) {
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

/** What another tool writes into the files before they are applied. */
function* valuesForLater({ cluster }: Model): Iterable<Gap> {
  for (const about of cluster.workloads) {
    const { pod, spec, main, autoscalers } = about;
    const times = [
      [pod.at('terminationGracePeriodSeconds'), 'nothing is said of the time to stop'],
      [spec.at('replicas'), 'nothing is said of the number of pods'],
    ] as const;
    for (const [at, consequence] of times) {
      const isOverruled = at.keys.at(-1) === 'replicas' && autoscalers.length > 0;
      if (isFilledInLater(at) && !isOverruled)
        yield { at, about, ...laterInWords(String(at.keys.at(-1)), at, consequence) };
    }
    for (const entry of main.field.at('env').items) {
      const [name = '', at] = [entry.at('name').text, entry.at('value')];
      if (!name.startsWith('SHUTDOWN_') || !isVariableFilledInLater(at)) continue;
      yield { at, about, ...laterInWords(name, at, 'its default is reckoned with') };
    }
  }
}

function laterInWords(name: string, { text = '' }: Field, consequence: string): Pick<Gap, 'message' | 'remedy'> {
  return {
    message: `${name} is filled in later (${text}), so ${consequence}`,
    remedy: 'Check what it becomes, as with envsubst: envsubst < FILE | nestjs-lifecycle check -',
  };
}
