import { addEntry, replaceValue } from '../edits/text-edit.js';
import { type Model, type Report, type Rule } from '../rule-kinds/rule.js';
import { type PlatformFile } from '../platforms/platform-file.js';
import { ecsTaskOf, serviceProcessesOf } from '../platforms/service-process.js';
import { stopTimeRule, tooShort } from '../rule-kinds/stop-time-rule.js';
import { formatMs } from '../settings/duration.js';
import { type Field } from '../source/field.js';

const DEFAULT_SECONDS = 30;
/** Fargate accepts no more. */
const LARGEST_SECONDS = 120;
const WITH_LESS = `"stopTimeout": ${LARGEST_SECONDS}, which is the most, and SHUTDOWN_GRACE_PERIOD=${LARGEST_SECONDS}s for the service`;

/** ECS gives a container 30 s by default. */
const coversShutdown = stopTimeRule({
  id: 'ecs-stop-timeout',
  severity: 'error',
  summary: 'stopTimeout of an ECS container is shorter than lame duck, drain, hooks and a margin',
  platform: 'ecs',
  stopTimeOf({ field, root }) {
    const at = field.at('stopTimeout');
    if (isRefused(at, root)) return undefined;
    const ms = (at.exists ? (at.number ?? Number.NaN) : DEFAULT_SECONDS) * 1000;
    return Number.isNaN(ms)
      ? undefined
      : { at, ms, words: `ECS waits ${formatMs(ms)}${at.exists ? '' : ' (the default)'}` };
  },
  report({ at }, { seconds }, { field }) {
    if (seconds > LARGEST_SECONDS) {
      return { remedy: WITH_LESS };
    }
    const edits = at.exists ? replaceValue(at, seconds) : addEntry(field, 'stopTimeout', seconds);
    return { remedy: `"stopTimeout": ${seconds}`, fix: { isSafe: true, edits } };
  },
});

/** ECS gives a container 30 s by default, and Fargate 120 s at most. */
export const ecsStopTimeout: Rule = {
  ...coversShutdown,
  *check(model) {
    yield* coversShutdown.check(model);
    for (const file of model.platforms) if (file.platform === 'ecs') yield* tooLong(file, model);
  },
};

/** Of sidecars as well: one of them is enough for the whole task to be refused. */
function* tooLong(file: PlatformFile, model: Model): Iterable<Report> {
  const processes = serviceProcessesOf(file, model.findPrinted);
  for (const container of ecsTaskOf(file.root).at('containerDefinitions').items) {
    const at = container.at('stopTimeout');
    if (!isRefused(at, file.root)) continue;
    const process = processes.find(({ field }) => field.path === container.path);
    const needsMore =
      process !== undefined && tooShort(process, { ms: LARGEST_SECONDS * 1000, words: '' }, model.facts) !== undefined;
    yield {
      at,
      about: { kind: file.kind, name: container.at('name').text ?? file.name, template: file.template },
      message: `stopTimeout is ${at.text ?? ''} s, but Fargate takes ${LARGEST_SECONDS} s at most`,
      why: 'ECS refuses to register the task definition: what should be deployed with it is not.',
      remedy: needsMore ? WITH_LESS : `"stopTimeout": ${LARGEST_SECONDS}`,
      fix: needsMore ? undefined : { isSafe: true, edits: replaceValue(at, LARGEST_SECONDS) },
    };
  }
}

/** Tasks on instances of one's own may be given more. */
function isRefused({ number = 0 }: Field, root: Field): boolean {
  const launchTypes = ecsTaskOf(root).at('requiresCompatibilities').items;
  return number > LARGEST_SECONDS && launchTypes.some(({ text }) => text === 'FARGATE');
}
