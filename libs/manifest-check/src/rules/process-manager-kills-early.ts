import { type Model, type Report, type Rule } from '../rule-kinds/rule.js';
import { type ContainerStart, containerStartsOf } from '../rule-kinds/starts.js';
import { tooShort } from '../rule-kinds/stop-time-rule.js';
import { baseName } from '../manifest/runner.js';
import { type ProcessManager, processManagerIn } from '../manifest/process-manager.js';
import { startRemedy } from '../manifest/start-remedy.js';
import { formatMs } from '../settings/duration.js';

/** A process manager in the container has a time of its own, however long the grace period is. */
export const processManagerKillsEarly: Rule = {
  id: 'process-manager-kills-early',
  severity: 'error',
  summary: 'pm2-runtime or supervisord kills the service before its time to stop is over',
  *check(model) {
    for (const start of containerStartsOf(model)) {
      const manager = processManagerIn(start.written.flat(), (name) => start.variables.get(name)?.text);
      // What its file says another rule looks at.
      if (manager !== undefined && !isFileRead(manager, model)) yield* reportsOn(manager, start, model.facts);
    }
  },
};

function isFileRead({ configuration }: ProcessManager, { allPlatforms }: Model): boolean {
  if (configuration === undefined) return false;
  return allPlatforms.some(
    ({ platform, root }) => platform === 'pm2' && baseName(root.source.path) === baseName(configuration),
  );
}

function* reportsOn(manager: ProcessManager, start: ContainerStart, facts: Model['facts']): Iterable<Report> {
  const { program, ms, configuration } = manager;
  const unless = configuration === undefined ? '' : `, unless ${configuration} says otherwise`;
  const problem = tooShort(start, { ms, words: `${program} waits ${formatMs(ms)}${unless}` }, facts);
  if (problem === undefined) return;
  yield {
    at: start.at,
    about: start.about,
    severity: configuration === undefined ? (problem.severity ?? 'error') : 'warning',
    message: `${problem.message}${start.script === undefined ? '' : ` (${program} is started by ${start.script})`}`,
    why: `${program} is what gets the signal. It sends the service one of its own, and SIGKILL when its time is over, however long the grace period is: requests still in flight are cut.`,
    remedy: remedyFor(manager, start, problem.seconds),
  };
}

function remedyFor(
  { program, setting, instead }: ProcessManager,
  { form, written, script }: ContainerStart,
  seconds: number,
): string {
  if (program === 'supervisord') {
    return `${setting}=${seconds}   # in the section of the service, in the configuration of supervisord`;
  }
  const manager = written.flat().findIndex((word) => /(?:^|\/)pm2-(?:runtime|docker)$/.test(word));
  if (instead === undefined || manager === -1 || script !== undefined)
    return form.variable(setting, String(seconds * 1000));
  return startRemedy(form, written, { words: [...written.flat().slice(0, manager), ...instead] });
}
