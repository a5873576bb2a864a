import { type Model, type Report, type Rule } from '../findings/rule.js';
import { obstacleIn, obstacleInLine, type SignalObstacle } from '../manifest/command.js';
import { dockerfilesAmong, lastInstruction } from '../platforms/last-instruction.js';

/** The signal goes to the first process of the container, which has to be the service (G8). */
export const signalNotForwarded: Rule = {
  id: 'signal-not-forwarded',
  severity: 'error',
  summary: 'The container starts the service itself: no package manager, no shell in between',
  *check(model) {
    for (const workload of model.cluster.workloads) {
      const { words } = workload.main;
      const obstacle = obstacleIn(words.map(({ text }) => text ?? ''));
      const [at] = words;
      if (obstacle !== undefined && at !== undefined) yield report(obstacle, { at, about: workload });
    }
    yield* inDockerfiles(model);
  },
};

function* inDockerfiles({ platforms }: Model): Iterable<Report> {
  for (const file of dockerfilesAmong(platforms)) {
    const [entrypoint, command] = [lastInstruction(file, 'ENTRYPOINT'), lastInstruction(file, 'CMD')];
    const at = entrypoint ?? command;
    if (at === undefined) continue;
    const words = [entrypoint, command].flatMap((one) => one?.at('words').items ?? []).map(({ text }) => text ?? '');
    // The shell form gives its line to a shell, and drops what CMD would add.
    const isShell = at.at('form').text === 'shell';
    const obstacle = isShell ? obstacleInLine(at.at('text').text ?? '') : obstacleIn(words);
    if (obstacle !== undefined) yield report(obstacle, { at, about: file });
  }
}

function report({ program, kind }: SignalObstacle, place: Pick<Report, 'at' | 'about'>): Report {
  const what = kind === 'runner' ? 'starts the service as its child' : 'stays in front of the service';
  return {
    ...place,
    severity: kind === 'shell' ? 'warning' : 'error',
    message: `${program} ${what}, and is what gets the signal`,
    why:
      kind === 'runner'
        ? 'Package managers and runners pass signals on late, twice or not at all, and end with a code of their own: the service is killed without having been told.'
        : 'A shell does not pass signals on to what it has started: the service hears nothing until SIGKILL. Some shells replace themselves by a single command, many do not.',
    remedy: place.about.kind === 'Dockerfile' ? 'CMD ["node", "dist/main.js"]' : 'command: ["node", "dist/main.js"]',
  };
}
