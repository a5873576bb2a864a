import { type RolloutEvent } from '../../libs/rollout/src/events/rollout-event.js';
import { type Rehearsal } from '../../libs/rollout/src/verdict/verdict.js';
import { KINDS } from './load.js';
import { type Scene } from './scene.js';

type Exited = Extract<RolloutEvent, { type: 'container-exited' }>;

/** How a pod ended, as the API has it. */
export interface EndOfPod {
  readonly pod: string;
  readonly exitCode: number | null;
  /** The first line of its termination message; `undefined` where there is none. */
  readonly said: string | undefined;
  readonly isKilled: boolean;
}

/** The pods that ended, in the order of their ends. */
export function endsOf({ events }: Pick<Rehearsal, 'events'>): EndOfPod[] {
  return events
    .filter((event): event is Exited => event.type === 'container-exited')
    .map(({ pod, code, terminationMessage, isKilledByKubelet }) => ({
      pod,
      exitCode: code,
      said: terminationMessage?.split('\n')[0],
      isKilled: isKilledByKubelet,
    }));
}

/** What is not as it must be, in sentences; empty where the scene has passed. */
export function failuresOf(scene: Scene, run: Rehearsal): string[] {
  const { update, cutBy } = run.verdict;
  const ends = endsOf(run);
  // Nothing else can be said of it.
  if (cutBy === 'interrupted') return ['it was interrupted'];
  return [
    ...(update === 'complete' && cutBy === undefined ? [] : [`it was not played to its end: ${cutBy ?? update}`]),
    ...(ends.length > 0 ? [] : ['no pod was seen to end']),
    ...unanswered(run),
    ...(scene.ends === 'clean' ? uncleanIn(run, ends) : unexplainedIn(run, ends)),
  ];
}

/** A kind of request that nothing answered would have lost nothing. */
function unanswered({ records }: Rehearsal): string[] {
  return KINDS.flatMap((name) => {
    const own = records.filter(({ kind }) => kind === name);
    const isAnswered = own.some(({ fate }) => fate === 'answered' || fate === 'told-to-go');
    return isAnswered ? [] : [`none of ${own.length} requests "${name}" was answered`];
  });
}

function uncleanIn({ verdict }: Rehearsal, ends: readonly EndOfPod[]): string[] {
  return [
    ...(verdict.requests.lost === 0 ? [] : [`${verdict.requests.lost} of ${verdict.requests.sent} requests were lost`]),
    ...verdict.faults
      .filter(({ severity }) => severity === 'error')
      .map(({ code, evidence }) => `${code}: ${evidence}`),
    ...ends.flatMap(({ pod, exitCode, said }) =>
      exitCode === 0 && said !== undefined && said.endsWith(' Exit code 0.')
        ? []
        : [`${pod} ended with ${exitCode}, and wrote ${said === undefined ? 'nothing' : `"${said}"`}`],
    ),
  ];
}

/** A pod that is killed loses what it has in hand. That is all it may lose, and it must be called what it is. */
function unexplainedIn({ verdict }: Rehearsal, ends: readonly EndOfPod[]): string[] {
  const unexplained = verdict.lost.filter(({ cause }) => cause === 'unexplained' || cause === 'error-answer');
  return [
    ...ends.flatMap(({ pod, exitCode, said, isKilled }) =>
      isKilled && exitCode === 137 && said === undefined ? [] : [`${pod} ended with ${exitCode}, and was not killed`],
    ),
    ...(verdict.faults.some(({ code }) => code === 'grace-period-too-short')
      ? []
      : ['nothing was said of the end of the grace period']),
    ...(unexplained.length === 0 ? [] : [`${unexplained.length} losses are not explained by the kill`]),
  ];
}
