import { type LostFate, type RequestRecord } from '../ledger/request-record.js';
import { type MessageFacts, type MessageFate } from '../ledger/message-record.js';
import { type BrokerKind, type Proof } from '../load/messages/message-plan.js';
import { type CutReason, type RolloutEvent } from '../events/rollout-event.js';
import { type Scenario } from '../scenario/scenario.js';

/** What a rehearsal found. Plain data: it can be printed, stored and compared. */
export interface Verdict {
  /**
   * The update went through and was seen to its end, nothing was lost, no pod that had served was killed and no fault was seen but
   * warnings.
   */
  readonly isClean: boolean;
  /** Whether the exit code is 0: it is clean, or all that is wrong is accepted (see {@link Fault.accepted}). */
  readonly passes: boolean;
  readonly seed: number;
  readonly durationMs: number;
  /** How the update ended. */
  readonly update: 'complete' | 'progress-deadline-exceeded' | CutReason;
  /** Why the rehearsal was ended before everything had been seen, be the update itself complete or not; left out when it was not. */
  readonly cutBy?: CutReason;
  readonly requests: RequestCounts;
  /** In the order they were sent. */
  readonly lost: readonly LostRequest[];
  /** Faults of the service or its settings, the gravest first, each with the losses it explains. */
  readonly faults: readonly Fault[];
  /** Faults that this run could not have shown, and why: that they were not seen says nothing of the service. */
  readonly unexercised: readonly Unexercised[];
  /** Requests that may have been executed twice. */
  readonly duplicates: readonly RequestRecord[];
  /**
   * Lost requests that a pod had taken and that are not safe to repeat: what they ask for may have been done, and only the answer is lost.
   * A client that tries again does it twice.
   */
  readonly maybeDone: readonly RequestRecord[];
  readonly pods: readonly PodSummary[];
  /** What became of the messages, or jobs, where the service got any. */
  readonly messages?: MessageVerdict;
  /** How well requests were answered before the update, and in the window of the rollout. */
  readonly serviceLevel: ServiceLevel;
  /** The smallest number of endpoints that were ready and still served, from the beginning of the update on. */
  readonly smallestReady: number;
  /** Calls between workloads, where several were played. */
  readonly calls?: readonly CallCounts[];
  /** What was left out or cannot be trusted, in sentences: no pid namespace, a model and not a measurement, a busy machine. */
  readonly notes: readonly string[];
}

/** What became of messages, or jobs. The fates are those of the documentation, `docs/rehearsing-messages.md`. */
export interface MessageVerdict {
  readonly broker: BrokerKind;
  readonly queue: string;
  readonly noun: 'message' | 'job';
  /** What told that one was handled: a line of the log, an answer, or its acknowledgement. */
  readonly proof: Proof;
  readonly sent: number;
  readonly byFate: Readonly<Record<MessageFate, number>>;
  /** Those that were not handled exactly once, in the order they were sent. */
  readonly troubled: readonly TroubledMessage[];
}

/** A message that was not handled exactly once, and where its pod was at that moment. */
export interface TroubledMessage {
  /** The number in it. */
  readonly id: number;
  readonly fate: MessageFate;
  /** Milliseconds since the start of the rehearsal. */
  readonly at: number;
  readonly pod: string | undefined;
  readonly phase: PodPhase | undefined;
  readonly sinceSignalMs: number | undefined;
  /** The code of the fault that explains it. */
  readonly cause: string;
  /** What its handler or the broker said. */
  readonly detail: string | undefined;
}

/** How many requests there were, by fate. */
export interface RequestCounts {
  readonly sent: number;
  readonly answered: number;
  readonly toldToGo: number;
  readonly lost: number;
  readonly unfinished: number;
  readonly byFate: Readonly<Record<LostFate, number>>;
  /** Milliseconds of those that were answered. */
  readonly latency: Latency;
}

/** The window of the rollout goes from the beginning of the update to its end, or to the last exit of a pod, whichever is later. */
export interface ServiceLevel {
  /** Milliseconds since the start of the rehearsal; `undefined` where the update never began. */
  readonly window: { readonly from: number; readonly to: number } | undefined;
  readonly before: Level;
  readonly during: Level;
}

/** How well the requests of a time were answered. */
export interface Level {
  readonly sent: number;
  readonly lost: number;
  /** How many answers have a latency: all but streams. */
  readonly timed: number;
  readonly latency: Latency;
}

/** Milliseconds of answers; 0 where there were none. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** A lost request, and where its pod was at that moment. */
export interface LostRequest {
  readonly record: RequestRecord;
  readonly fate: LostFate;
  readonly pod: string | undefined;
  readonly phase: PodPhase | undefined;
  /** Since the pod's SIGTERM, when there had been one. */
  readonly sinceSignalMs: number | undefined;
  /** The code of the fault that explains it. */
  readonly cause: string;
  /** Where several workloads are played: whose fault that is. */
  readonly workload?: string;
  /** The call that was lost first, where a pod of another workload could not answer for that. */
  readonly through?: LostRequest;
}

/** Where a pod was, as the kubelet sees it. */
export type PodPhase = 'starting' | 'ready' | 'not-ready' | 'pre-stop' | 'terminating' | 'exited';

/** Something the service or its settings do wrong, with what proves it here. */
export interface Fault {
  /** As in `listener-closed-early`. */
  readonly code: string;
  /** A warning alone leaves the verdict clean: nothing was lost by it here. */
  readonly severity: 'error' | 'warning';
  readonly title: string;
  /** What was seen, with its numbers. */
  readonly evidence: string;
  /** What to do, as text to paste where there is such. */
  readonly remedy: string;
  readonly pods: readonly string[];
  /** How many lost requests it explains. */
  readonly lost: number;
  /** How many messages it explains that were not handled exactly once; left out where there are none. */
  readonly messages?: number;
  /** What these are, where they are jobs. */
  readonly noun?: 'job';
  /** Why it does not fail the rehearsal, where it would: `maxErrors` allows what it cost, or a baseline knows it. */
  readonly accepted?: 'within-budget' | 'known' | undefined;
  /** Whose it is, where several workloads are played. */
  readonly workload?: string;
}

/** A fault that a run could not have shown. */
export interface Unexercised {
  readonly code: string;
  /** As in `there is no preStop hook`. */
  readonly why: string;
}

/** One pod of a rehearsal. Times are milliseconds since the start of the rehearsal. */
export interface PodSummary {
  readonly name: string;
  readonly revision: number;
  readonly phases: readonly { readonly phase: PodPhase; readonly from: number; readonly to: number }[];
  /** What the service itself called its phases, where it says them. */
  readonly servicePhases: readonly { readonly phase: string; readonly from: number; readonly to: number }[];
  /** From its creation to its first readiness. */
  readonly readyAfterMs: number | undefined;
  /** From SIGTERM to exit, and what it had. */
  readonly stop: { readonly tookMs: number; readonly budgetMs: number; readonly preStopMs: number } | undefined;
  readonly exit:
    | { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly isForced: boolean }
    | undefined;
  /** When it did what after SIGTERM, beside what those in front of it knew. */
  readonly marks: StopMarks | undefined;
  /** After how long the service closes an idle connection, in ms: as it was seen, or else as its answers announce; `undefined` where neither is known. */
  readonly idleTimeoutMs: number | undefined;
  /** Requests it had been handed and had not answered when it ended. */
  readonly inFlightAtExit: number;
}

/**
 * When a stopping pod did what, in milliseconds after its SIGTERM, beside what those in front of it knew: what a laptop alone does not show.
 * `undefined` is what was not seen.
 */
export interface StopMarks {
  /** Whether its readiness was asked for after SIGTERM, by the kubelet or by the witness: a pod without that probe has none. */
  readonly isReadinessAsked: boolean;
  /** The first answer of its readiness probe, or of the witness in its place, that was red. */
  readonly readinessRedMs: number | undefined;
  /** The first answer that ended its connection: `Connection: close`, or GOAWAY. */
  readonly firstCloseMs: number | undefined;
  /** Answers after SIGTERM on connections from before it, and how many of them ended their connection. */
  readonly answersOnOld: { readonly all: number; readonly ended: number };
  readonly listenerClosedMs: number | undefined;
  /** The last time a node or a balancer opened a connection to it, or tried to. */
  readonly lastConnectMs: number | undefined;
  /** When the last node or balancer had learned that it is no endpoint any more. */
  readonly unroutedMs: number | undefined;
  readonly exitMs: number | undefined;
}

/** All there is to know of a rehearsal: what the reports are made of. */
export interface Rehearsal {
  /** What it is called beside another one, as `main (1a2b3c4)`; left out: by its command. */
  readonly name?: string | undefined;
  readonly scenario: Scenario;
  readonly events: readonly RolloutEvent[];
  readonly records: readonly RequestRecord[];
  /** Where the service got messages. */
  readonly messages?: MessageFacts;
  readonly verdict: Verdict;
  /** Each by itself, where several were played together; everything beside is then of all of them. */
  readonly workloads?: readonly PlayedWorkload[];
}

/** One of several workloads that were played together. */
export interface PlayedWorkload {
  readonly name: string;
  readonly scenario: Scenario;
  /** About the load and the calls that came to it; what it could not answer because its own calls were lost is not its fault. */
  readonly verdict: Verdict;
}

/** The calls of one workload to another. */
export interface CallCounts {
  readonly from: string;
  readonly to: string;
  readonly counts: RequestCounts;
}
