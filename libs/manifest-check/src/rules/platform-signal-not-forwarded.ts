import { type Report, type Rule } from '../findings/rule.js';
import { obstacleIn, type SignalObstacle } from '../manifest/command.js';
import { type ServiceProcess, serviceProcessesOf } from '../platforms/service-process.js';

/** Outside of Kubernetes, too, the signal goes to the first process (G34). */
export const platformSignalNotForwarded: Rule = {
  id: 'platform-signal-not-forwarded',
  severity: 'error',
  summary: 'Compose, ECS, Cloud Run and systemd start the service itself: no package manager, no shell in between',
  *check(model) {
    for (const file of model.platforms) {
      for (const process of serviceProcessesOf(file, model)) {
        const obstacle = isSignalledAlone(process) ? obstacleIn(programOf(process)) : undefined;
        if (obstacle !== undefined) yield report(obstacle, process);
      }
    }
  },
};

/** systemd signals every process of a unit, PM2 every process below the first, unless told otherwise. */
function isSignalledAlone({ platform, field }: ServiceProcess): boolean {
  if (platform === 'pm2') return false;
  const mode = field.at('KillMode', -1).text ?? 'control-group';
  return platform !== 'systemd' || mode === 'mixed' || mode === 'process';
}

/** systemd allows for marks before the program. */
function programOf({ command, platform }: ServiceProcess): readonly string[] {
  const [first = '', ...others] = command;
  return platform === 'systemd' ? [first.replace(/^[-@:+!]+/, ''), ...others] : command;
}

function report({ program, kind }: SignalObstacle, { platform, commandField, about }: ServiceProcess): Report {
  const isRunner = kind === 'runner';
  return {
    at: commandField,
    about,
    severity: kind === 'shell' ? 'warning' : 'error',
    message: `${program} ${isRunner ? 'starts the service as its child' : 'stays in front of the service'}, and is what gets the signal`,
    why: isRunner
      ? 'Package managers and runners pass signals on late, twice or not at all, and end with a code of their own: the service is killed without having been told.'
      : 'A shell does not pass signals on to what it has started: the service hears nothing until SIGKILL. Some shells replace themselves by a single command, many do not.',
    remedy: REMEDIES[platform],
  };
}

const REMEDIES: Readonly<Record<ServiceProcess['platform'], string>> = {
  compose: 'command: ["node", "dist/main.js"]',
  ecs: '"command": ["node", "dist/main.js"]',
  'cloud-run': 'command: ["node", "dist/main.js"]',
  systemd: 'ExecStart=/usr/bin/node /app/dist/main.js',
  pm2: "script: 'dist/main.js'",
  dockerfile: 'CMD ["node", "dist/main.js"]',
};
