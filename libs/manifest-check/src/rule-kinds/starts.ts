import { isForeign } from '../manifest/foreign.js';
import {
  COMPOSE_START,
  DOCKERFILE_START,
  ECS_START,
  KUBERNETES_START,
  type StartForm,
} from '../manifest/start-remedy.js';
import { givenWayTo } from '../manifest/script-start.js';
import { dockerStartOf, isForeignImage } from '../platforms/docker-start.js';
import { dockerfilesAmong } from '../platforms/last-instruction.js';
import { type Platform } from '../platforms/platform-file.js';
import { serviceProcessesOf } from '../platforms/service-process.js';
import { startScriptOf } from '../platforms/start-script.js';
import { learnSettings } from '../settings/learn-settings.js';
import { type ServiceSettings } from '../settings/service-settings.js';
import { type Field } from '../source/field.js';
import { type Model, type Report } from './rule.js';

/** How a container of the service is started, wherever that is written. */
export interface ContainerStart extends Pick<Report, 'at' | 'about'> {
  /** The program, and its arguments, as they are written. */
  readonly written: readonly [program: readonly string[], args: readonly string[]];
  readonly form: StartForm;
  /** The script that gives way to that, where it is not written at this place. */
  readonly script?: string | undefined;
  readonly variables: ReadonlyMap<string, Field>;
  readonly settings: ServiceSettings;
}

/** Every start of a container that may be the service's: of Kubernetes, Compose, ECS, Cloud Run and Dockerfiles. */
export function* containerStartsOf(model: Model): Iterable<ContainerStart> {
  for (const about of model.cluster.workloads) {
    const { main, settings } = about;
    const [at] = main.words;
    if (at === undefined || isForeign(main)) continue;
    const written = [textsOf(main.field.at('command')), textsOf(main.field.at('args'))] as const;
    yield { at, about, written, form: KUBERNETES_START, variables: main.variables, settings };
  }
  for (const file of model.platforms) {
    const form = FORMS.get(file.platform);
    if (form === undefined) continue;
    for (const { commandField: at, commands, ...process } of serviceProcessesOf(file, model.findPrinted)) {
      const [program = [], args = []] = commands;
      yield { ...process, at, written: [program, args], form };
    }
  }
  yield* inDockerfiles(model);
}

const FORMS: ReadonlyMap<Platform, StartForm> = new Map([
  ['compose', COMPOSE_START],
  ['ecs', ECS_START],
  ['cloud-run', KUBERNETES_START],
]);

function* inDockerfiles({ platforms, findPrinted }: Model): Iterable<ContainerStart> {
  for (const about of dockerfilesAmong(platforms)) {
    const start = dockerStartOf(about);
    if (start === undefined || isForeignImage(about)) continue;
    const { at, variables, line } = start;
    const written = line === undefined ? start.written : ([start.words, []] as const);
    const printed = findPrinted({ workload: undefined, variables: {} });
    const settings = learnSettings({ printed, variables, isProduction: true, at });
    const script = startScriptOf(start.words, about);
    const given = script === undefined ? [] : givenWayTo(script.at.source.text);
    const common = { at, about, form: DOCKERFILE_START, variables, settings };
    if (given.length === 0) yield { ...common, written };
    else yield { ...common, written: [given, []], script: script?.at.source.path };
  }
}

function textsOf(list: Field): readonly string[] {
  return list.items.map(({ text }) => text ?? '');
}
