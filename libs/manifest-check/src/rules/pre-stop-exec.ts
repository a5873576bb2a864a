import { serviceRule } from '../rule-kinds/rule.js';
import { type PreStop, preStopOf } from '../manifest/pre-stop.js';
import { isHeard, signalSentBy } from '../manifest/signals-in-pre-stop.js';

/** Images without a shell and without `sleep`. */
const BARE_IMAGE = /distroless|^scratch|cgr\.dev\/|chainguard/;

/** `sleep` in a container needs a `sleep` in its image; Kubernetes' own needs nothing. */
export const preStopExec = serviceRule({
  id: 'pre-stop-exec',
  severity: 'note',
  summary: 'preStop runs a sleep from the image, which may not be there',
  *check({ main, settings }) {
    const preStop = preStopOf(main);
    if (preStop.kind !== 'exec' || endsService(preStop, settings.signals)) return;
    const image = main.field.at('image').text ?? '';
    const isBare = BARE_IMAGE.test(image);
    if (!isBare && isKnown(preStop, settings.preStopMs)) return;
    const where = isBare ? `, which the image ${image} most likely does not have` : ' from the image';
    yield {
      at: preStop.field,
      severity: isBare ? 'error' : 'note',
      message: `preStop runs ${commandOf(preStop)}${where}${lengthOf(preStop)}`,
      why: isBare || preStop.ms !== undefined ? MISSING : UNKNOWN,
      remedy: remedyFor(preStop),
    };
  },
});

/** What the service reckons with is more than a sleep. */
function isKnown(preStop: PreStop, knownMs: number): boolean {
  return knownMs > 0 && !isPlainSleep(preStop);
}

/** Another rule says that it has to go. */
function endsService(preStop: PreStop, signals: readonly string[]): boolean {
  const sent = signalSentBy(preStop);
  return sent !== undefined && isHeard(sent, signals);
}

/** What does more has to be a program, and is fine once the service knows how long it takes. */
function isPlainSleep({ isOnlySleep, ms }: PreStop): boolean {
  return isOnlySleep && ms !== undefined;
}

function commandOf({ field }: PreStop): string {
  return JSON.stringify(field.items.map(({ text }) => text).join(' '));
}

function lengthOf({ ms }: PreStop): string {
  return ms === undefined ? ', and no file shows how long it takes' : '';
}

const MISSING =
  'When the program is missing, preStop fails at once and waits for nothing: the signal comes while requests are still routed here.';
const UNKNOWN =
  'What preStop takes of the grace period is missing for the drain, unless the service knows of it; and a program that the image lacks fails at once, and waits for nothing.';

function remedyFor({ ms, isOnlySleep }: PreStop): string {
  const sleep = `preStop:\n  sleep:\n    seconds: ${Math.ceil((ms ?? 5000) / 1000)}   # Kubernetes 1.30 and later`;
  if (isOnlySleep && ms !== undefined) return sleep;
  const told = ms === undefined ? '10s   # what it takes at most' : `${Math.ceil(ms / 1000)}s`;
  return `${sleep}; a preStop does one thing, so the rest of the command goes\n# or keep it, where the image has the programs, and tell the service how long it takes:\nenv:\n  - name: SHUTDOWN_PRE_STOP\n    value: ${told}`;
}
