import { isGivingWay, type SignalObstacle } from '../manifest/command.js';
import { type Report } from './rule.js';

const WHYS: Readonly<Record<SignalObstacle['kind'], string>> = {
  runner:
    'Package managers and runners pass signals on late, twice or not at all, and end with a code of their own: the service is killed without a signal before.',
  wrapper:
    'It passes the signals on that it knows of, and ends with a code of its own: the service gets its signal only if that process works.',
  forwarder:
    'It passes the signal on to the shell of the script, and waits (tried with Bun 1.4). A script of several commands leaves that to the shell, and another version may not do so.',
  'user switch':
    'It waits for the service as its child. su and runuser of util-linux kill that 2s after the signal, however long the grace period is: requests still in flight are cut.',
  shell:
    'A shell does not pass signals on to what it has started: the service gets no signal before SIGKILL. Some shells replace themselves by a single command, many do not.',
  'compound shell':
    'A shell does not pass signals on to what it has started: the service gets no signal before SIGKILL.',
};

/**
 * What both rules on signals say of an obstacle.
 *
 * @param isAlpine whether the image is known to be of Alpine, whose `sh` is BusyBox
 */
export function obstacleReport(
  obstacle: SignalObstacle,
  isAlpine = false,
): Pick<Report, 'severity' | 'message' | 'why'> {
  const { program, kind } = obstacle;
  if (isGivingWay(obstacle, isAlpine)) {
    return {
      severity: 'note',
      message: `${program} gives way to its last command, though nothing tells it to`,
      why: 'BusyBox, which is sh on Alpine, and Bash start the last command of a line in their own place. Another base image, or a command after it, ends that: then the shell gets the signal, and the service none.',
    };
  }
  if (kind === 'forwarder') {
    const message = `${program} starts the service as its child, and passes the signal on`;
    return { severity: 'note', message, why: WHYS[kind] };
  }
  const isRunner = kind === 'runner' || kind === 'wrapper' || kind === 'user switch';
  return {
    severity: IN_PART.has(kind) ? 'warning' : 'error',
    message: `${program} ${isRunner ? 'starts the service as its child' : 'stays in front of the service'}, and is what gets the signal`,
    why: WHYS[kind],
  };
}

/** They pass the signal on, or may. */
const IN_PART: ReadonlySet<SignalObstacle['kind']> = new Set(['shell', 'wrapper', 'user switch']);
