import { type Report, type Rule } from '../rule-kinds/rule.js';
import { signalNameOf } from '../manifest/signal-name.js';
import { type ServiceProcess, serviceProcessesOf } from '../platforms/service-process.js';
import { type Field } from '../source/field.js';

/** As in Kubernetes, a signal without a listener ends the service at once. */
export const platformStopSignal: Rule = {
  id: 'platform-stop-signal',
  severity: 'error',
  summary: 'Compose, systemd or PM2 stops the service with a signal that it does not listen to',
  *check(model) {
    for (const file of model.platforms) {
      for (const process of serviceProcessesOf(file, model.findPrinted)) yield* reportsOn(process);
    }
  },
};

function reportsOn(process: ServiceProcess): readonly Report[] {
  const { settings, about } = process;
  const { signals, enabled } = settings;
  const unheard = enabled ? signalsOf(process).filter(({ signal }) => !signals.includes(signal)) : [];
  return unheard.map(({ at, signal, remedy }) => report({ at, about, remedy }, signal, signals));
}

interface StopSignal {
  readonly at: Field;
  readonly signal: string;
  readonly remedy: string;
}

function signalsOf({ platform, field }: ServiceProcess): readonly StopSignal[] {
  switch (platform) {
    case 'compose':
      return named(field.at('stop_signal'), 'stop_signal: SIGTERM');
    case 'systemd':
      return [...named(field.at('KillSignal', -1), 'KillSignal=SIGTERM'), ...killedBy(field.at('ExecStop').items)];
    case 'pm2':
      // PM2 may be configured to send a message instead, which the service understands as well.
      if (field.at('shutdown_with_message').boolean === true) return [];
      return [{ at: field.at('name'), signal: 'SIGINT', remedy: "signals: ['SIGTERM', 'SIGINT']   # of the module" }];
    case 'ecs':
    case 'cloud-run':
    case 'dockerfile':
      return [];
  }
}

function named(at: Field, remedy: string): readonly StopSignal[] {
  const signal = signalNameOf(at.text);
  return signal === undefined ? [] : [{ at, signal, remedy }];
}

/** `ExecStop=/bin/kill -9 $MAINPID` comes before the signal of systemd's own. */
function killedBy(commands: readonly Field[]): readonly StopSignal[] {
  return commands.flatMap((at) => {
    const isKilled = /(?:^|\/)p?kill\s+(?:-s\s+)?-?(?:9|(?:SIG)?KILL)\b/.test(at.text ?? '');
    return isKilled ? [{ at, signal: 'SIGKILL', remedy: 'Delete ExecStop: systemd sends SIGTERM by itself.' }] : [];
  });
}

function report(place: Pick<Report, 'at' | 'about' | 'remedy'>, signal: string, signals: readonly string[]): Report {
  return {
    ...place,
    message: `the service is stopped with ${signal}, but listens to ${signals.join(' and ')}`,
    why: 'A signal without a listener ends Node at once. Where Node is the first process of a container it is ignored until SIGKILL. Nothing is drained either way.',
  };
}
