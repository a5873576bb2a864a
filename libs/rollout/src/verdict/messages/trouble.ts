import { type MessageFate } from '../../ledger/message-record.js';
import { type PodFacts } from '../pod-facts.js';
import { phaseAt, phasesOf } from '../pod-phases.js';
import { type PodPhase } from '../verdict.js';
import { type MessageStory } from './message-story.js';

/** Fates that are no trouble. */
const FINE = ['handled', 'left', 'unseen', 'unfinished'] as const satisfies readonly MessageFate[];

/** Fates of messages that were not handled exactly once, for a reason that is looked for. */
export type TroubleFate = Exclude<MessageFate, (typeof FINE)[number]>;

const fine: ReadonlySet<MessageFate> = new Set(FINE);

/** A message that was not handled exactly once, seen from the pod that had it then. */
export interface MessageTrouble extends MessageStory {
  readonly fate: TroubleFate;
  readonly pod: PodFacts | undefined;
  readonly phase: PodPhase | undefined;
  /** Since the pod's SIGTERM, where there had been one. */
  readonly sinceSignalMs: number | undefined;
}

/** Those that were not handled exactly once. */
export function gatherTroubles(
  stories: readonly MessageStory[],
  pods: ReadonlyMap<string, PodFacts>,
  end: number,
): MessageTrouble[] {
  return stories.flatMap((story): MessageTrouble[] => {
    const { fate, at, delivery } = story;
    if (!isTrouble(fate)) return [];
    const pod = delivery && pods.get(delivery.pod);
    return [{ ...story, fate, pod, ...placeOf(pod, at, end) }];
  });
}

/** Where its pod was at that time. */
function placeOf(pod: PodFacts | undefined, at: number, end: number): Pick<MessageTrouble, 'phase' | 'sinceSignalMs'> {
  if (pod === undefined) return { phase: undefined, sinceSignalMs: undefined };
  const exitAt = pod.exit?.at ?? Infinity;
  // The end of a process may be known a moment before that of its connections, which it caused.
  const phase = phaseAt(phasesOf(pod, end), at >= exitAt ? exitAt - 0.001 : at);
  const signalAt = pod.signal?.at ?? Infinity;
  return { phase, sinceSignalMs: at >= signalAt ? at - signalAt : undefined };
}

function isTrouble(fate: MessageFate): fate is TroubleFate {
  return !fine.has(fate);
}

/** Whether its pod had been sent SIGTERM by then. */
export function isTroubleOfStop({ pod, sinceSignalMs, at }: MessageTrouble): boolean {
  if (pod?.signal === undefined) return false;
  return sinceSignalMs !== undefined || (pod.exit !== undefined && pod.exit.at >= pod.signal.at && at >= pod.signal.at);
}

/** Whether it is worked on again: nothing is lost, and what was done may be done twice. */
export function isRepeated({ fate }: { readonly fate: MessageFate }): boolean {
  return fate === 'handled-twice' || fate === 'not-acknowledged' || fate === 'cut';
}
