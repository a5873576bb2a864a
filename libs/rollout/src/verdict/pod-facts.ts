import { type ProbeKind, type RolloutEvent } from '../events/rollout-event.js';

/** A client may notice an end so much earlier than the kubelet, in milliseconds. */
export const NOTICE_MS = 150;

/** An event of one type. */
type EventOf<Type extends RolloutEvent['type']> = Extract<RolloutEvent, { readonly type: Type }>;

/** What the events say about one pod, gathered. Times are milliseconds since the start of the rehearsal. */
export interface PodFacts {
  readonly name: string;
  readonly revision: number;
  readonly createdAt: number;
  readonly readyAt: number | undefined;
  readonly deletedAt: number | undefined;
  readonly preStop: PreStopFacts | undefined;
  /** The last SIGTERM that began a stop. */
  readonly signal: { readonly at: number; readonly remainingMs: number } | undefined;
  /** After the signal, by a process that lived on. */
  readonly listenerClosedAt: number | undefined;
  /** The last one. */
  readonly exit: EventOf<'container-exited'> | undefined;
  /** Exits before any signal had been sent. */
  readonly crashes: readonly EventOf<'container-exited'>[];
  /** After how long it closes an idle connection, in ms: seen, or else announced. */
  readonly idleTimeoutMs: number | undefined;
  readonly restarts: readonly EventOf<'container-restarted'>[];
  readonly probes: readonly EventOf<'probe-answered'>[];
  readonly logs: readonly EventOf<'log-written'>[];
  readonly servicePhases: readonly EventOf<'service-phase'>[];
  readonly chaos: readonly EventOf<'chaos-played'>[];
  /** Everything that names this pod, in order. */
  readonly events: readonly RolloutEvent[];
}

/** How the preStop hook went. */
export interface PreStopFacts {
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly result: 'done' | 'failed' | 'abandoned' | undefined;
  readonly detail: string;
}

/** The facts of every pod, in the order of their creation. */
export function gatherPods(events: readonly RolloutEvent[]): PodFacts[] {
  const byPod = new Map<string, RolloutEvent[]>();
  for (const event of events) {
    if (!('pod' in event) || event.pod === undefined) continue;
    const own = byPod.get(event.pod);
    if (own === undefined) byPod.set(event.pod, [event]);
    else own.push(event);
  }
  return [...byPod].map(([name, own]) => gatherPod(name, own));
}

function gatherPod(name: string, events: readonly RolloutEvent[]): PodFacts {
  const created = ofType(events, 'pod-created').at(0);
  const signal = lastStop(events);
  const exits = ofType(events, 'container-exited');
  return {
    name,
    revision: created?.revision ?? 0,
    createdAt: created?.at ?? events[0]?.at ?? 0,
    readyAt: firstOf(events, 'pod-ready'),
    deletedAt: firstOf(events, 'pod-deleted'),
    preStop: preStopOf(events),
    signal,
    listenerClosedAt: signal && listenerClosedAt(events, signal.at),
    exit: exits.at(-1),
    crashes: exits.filter((exit) => isCrash(exit, events)),
    idleTimeoutMs: idleTimeoutOf(events),
    restarts: ofType(events, 'container-restarted'),
    probes: ofType(events, 'probe-answered'),
    logs: ofType(events, 'log-written'),
    servicePhases: ofType(events, 'service-phase'),
    chaos: ofType(events, 'chaos-played'),
    events,
  };
}

/** What was seen counts for more than what was announced. */
function idleTimeoutOf(events: readonly RolloutEvent[]): number | undefined {
  const known = ofType(events, 'idle-timeout-known');
  return (known.find(({ isSeen }) => isSeen) ?? known[0])?.ms;
}

/** A second signal is no new stop: the stop began with the first one since the container was last started. */
function lastStop(events: readonly RolloutEvent[]): PodFacts['signal'] {
  const signals = ofType(events, 'signal-sent').filter(({ signal }) => signal !== 'SIGKILL');
  const last = signals.at(-1);
  if (last === undefined) return undefined;
  const started = lastStartBefore(events, last.at);
  const first = signals.find(({ at }) => at >= started) ?? last;
  return { at: first.at, remainingMs: first.remainingMs };
}

/** When the container that ran at a time had been started, be it the pod's first or a later one. */
export function lastStartBefore(events: readonly RolloutEvent[], time: number): number {
  return events.findLast(({ type, at }) => type === 'container-started' && at <= time)?.at ?? 0;
}

function listenerClosedAt(events: readonly RolloutEvent[], signalAt: number): number | undefined {
  const end = livesUntil(events, signalAt);
  return ofType(events, 'listener-closed').find(({ at }) => at >= signalAt && at < end)?.at;
}

/** Until then it was the service that refused. A process that is killed, or ends, refuses as well, and its end may be known only a moment later. */
export function livesUntil(events: readonly RolloutEvent[], signalAt: number): number {
  const exitAt = ofType(events, 'container-exited').at(-1)?.at ?? Infinity;
  const killAt = ofType(events, 'signal-sent').find(({ signal, at }) => signal === 'SIGKILL' && at > signalAt)?.at;
  return Math.min(killAt ?? Infinity, exitAt - NOTICE_MS);
}

function preStopOf(events: readonly RolloutEvent[]): PreStopFacts | undefined {
  const started = ofType(events, 'pre-stop-started').at(-1);
  if (started === undefined) return undefined;
  const ended = ofType(events, 'pre-stop-ended').find(({ at }) => at >= started.at);
  return { startedAt: started.at, endedAt: ended?.at, result: ended?.result, detail: ended?.detail ?? '' };
}

/** No signal had been sent since the container was started, and no chaos had killed it. */
function isCrash(exit: EventOf<'container-exited'>, events: readonly RolloutEvent[]): boolean {
  if (exit.isKilledByKubelet) return false;
  const started = lastStartBefore(events, exit.at);
  return !events.some(
    (event) =>
      event.at >= started &&
      event.at <= exit.at &&
      (event.type === 'signal-sent' || (event.type === 'chaos-played' && event.chaos === 'kill')),
  );
}

/** When something first happened. */
function firstOf(events: readonly RolloutEvent[], type: RolloutEvent['type']): number | undefined {
  return events.find((event) => event.type === type)?.at;
}

/** The events of one type. */
export function ofType<Type extends RolloutEvent['type']>(
  events: readonly RolloutEvent[],
  type: Type,
): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}

/** The answers to one kind of probe after a time, while the process lived. The witness asks where the kubelet has stopped. */
export function probesAfter(pod: PodFacts, kind: ProbeKind, at: number): readonly EventOf<'probe-answered'>[] {
  const exitAt = pod.exit?.at ?? Infinity;
  return pod.probes.filter((probe) => probe.probe === kind && probe.at > at && probe.at < exitAt);
}

/** When it accepted its last connection after SIGTERM, or ended; `Infinity` while it still accepts. */
export function closedAt({ listenerClosedAt, exit }: Pick<PodFacts, 'listenerClosedAt' | 'exit'>): number {
  return Math.min(listenerClosedAt ?? Infinity, exit?.at ?? Infinity);
}
