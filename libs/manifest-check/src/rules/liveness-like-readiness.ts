import { type PartialReport, serviceRule } from '../rule-kinds/rule.js';
import { type Severity } from '../findings/severity.js';
import { type Probe, probeOf } from '../manifest/probe.js';
import { type Container } from '../manifest/container.js';
import { isAssumed } from '../settings/assumed.js';
import { targetOf } from '../manifest/probe-target.js';

/** Readiness says "not now", liveness says "kill me": one answer cannot be both. */
export const livenessLikeReadiness = serviceRule({
  id: 'liveness-like-readiness',
  severity: 'error',
  summary: 'Liveness asks the same as readiness, so a pod that sheds load is restarted',
  *check({ main, settings }, { facts }) {
    const liveness = probeOf(main, 'livenessProbe');
    const path = liveness.field.at('httpGet', 'path').text ?? '';
    const isSame =
      liveness.kind !== 'none' && targetOf(liveness, main) === targetOf(probeOf(main, 'readinessProbe'), main);
    const isForReadiness = liveness.kind === 'httpGet' && /\/(?:ready|readyz|readiness)\/?(?:\?|$)/.test(path);
    if (isLeftAlone(liveness, main) || (!isSame && !isForReadiness)) return;
    const isGuess = isAssumed(settings, facts);
    yield {
      severity: severityOf(liveness, isGuess),
      message: isSame
        ? `liveness and readiness both ${inWords(liveness)}`
        : `liveness asks ${path}, which answers for readiness`,
      why: 'A database that is away, or a shutdown in progress, makes readiness fail as it should, and here the kubelet restarts the pods for it, all of them at once.',
      ...placeOf(liveness, settings.healthPath ?? '/health', isGuess),
    };
  },
});

/** Nobody knows what `/` asks for: most often for nothing that could be away. */
function severityOf({ kind, field }: Probe, isGuess: boolean): Severity {
  if (kind === 'httpGet' && (field.at('httpGet', 'path').text ?? '/') === '/') return 'note';
  return isGuess ? 'warning' : 'error';
}

/** A socket says nothing of either, and another rule says so of readiness; pages need nothing that could be away. */
function isLeftAlone({ kind }: Probe, { build }: Container): boolean {
  return kind === 'tcpSocket' || build?.isFrontEnd === true;
}

function inWords({ kind, field }: Probe): string {
  const at = field.at(kind);
  switch (kind) {
    case 'exec':
      return `run ${JSON.stringify(
        at
          .at('command')
          .items.map(({ text }) => text)
          .join(' '),
      )}`;
    case 'grpc':
      return `ask gRPC for ${JSON.stringify(at.at('service').text ?? '')} on port ${at.at('port').text ?? ''}`;
    case 'httpGet':
    case 'tcpSocket':
    case 'none':
      return `ask ${at.at('path').text ?? '/'}`;
  }
}

/** The same command with another path, where it asks for one. */
function ofCommand(probe: Probe['field'], health: string): string {
  const words = probe.at('exec', 'command').items.map(({ text }) => text ?? '');
  const asked = words.map((word) => word.replace(LOCAL, (_, host: string) => `${host}${health}/live`));
  if (asked.every((word, index) => word === words[index])) {
    return 'Give livenessProbe a command of its own, that only asks whether the process still answers.';
  }
  return `command: ${JSON.stringify(asked)}   # the path is a guess: that of health: true`;
}

const LOCAL = /((?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\$HOSTNAME)(?::[\w${}]+)?)(?:\/[^\s"'?#|;&]*)?/;

function placeOf({ kind, field }: Probe, health: string, isGuess: boolean): Pick<PartialReport, 'at' | 'remedy'> {
  switch (kind) {
    case 'exec':
      return { at: field.at('exec', 'command'), remedy: ofCommand(field, health) };
    case 'grpc':
      return {
        at: field.at('grpc'),
        remedy:
          'service: live   # a name of its own, that the health service answers for as long as the process is well',
      };
    case 'httpGet':
    case 'tcpSocket':
    case 'none':
      return { at: field.at('httpGet', 'path'), remedy: `path: ${health}/live${isGuess ? GUESS : ''}` };
  }
}

const GUESS = '   # a guess: the path that only tells whether the process still answers';
