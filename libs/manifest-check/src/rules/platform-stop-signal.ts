import { type Report, type Rule } from '../rule-kinds/rule.js';
import { nomadSignalOf } from '../platforms/nomad-tasks.js';
import { signalNameOf } from '../manifest/signal-name.js';
import { type ServiceProcess, serviceProcessesOf } from '../platforms/service-process.js';
import { type Field } from '../source/field.js';

/** As in Kubernetes, a signal without a listener ends the service at once. */
export const platformStopSignal: Rule = {
  id: 'platform-stop-signal',
  severity: 'error',
  summary: 'Compose, Fly, Nomad, systemd or PM2 stops the service with a signal that it does not listen to',
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
  return SIGNALS[platform]?.(field) ?? [];
}

const SIGNALS: Readonly<Partial<Record<ServiceProcess['platform'], (field: Field) => readonly StopSignal[]>>> = {
  compose: (field) => named(field.at('stop_signal'), 'stop_signal: SIGTERM'),
  systemd: (field) => [
    ...named(field.at('KillSignal', -1), 'KillSignal=SIGTERM'),
    ...killedBy(field.at('ExecStop').items),
  ],
  pm2(field) {
    // PM2 may be configured to send a message instead, which the service understands as well.
    if (field.at('shutdown_with_message').boolean === true) return [];
    return [{ at: field.at('name'), signal: 'SIGINT', remedy: "signals: ['SIGTERM', 'SIGINT']   # of the module" }];
  },
  fly(field) {
    const at = field.at('kill_signal');
    const signal = at.exists ? signalNameOf(at.text) : 'SIGINT';
    return signal === undefined ? [] : [{ at, signal, remedy: 'kill_signal = "SIGTERM"' }];
  },
  nomad: (field) => [{ at: field.at('KillSignal'), signal: nomadSignalOf(field), remedy: '"KillSignal": "SIGTERM"' }],
};

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
