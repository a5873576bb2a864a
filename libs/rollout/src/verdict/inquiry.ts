import { type RolloutEvent } from '../events/rollout-event.js';
import { type RequestRecord } from '../ledger/request-record.js';
import { type MessageFacts } from '../ledger/message-record.js';
import { type Scenario, type Service } from '../scenario/scenario.js';
import { type Connection, gatherConnections } from './connections.js';
import { percentile } from './count-requests.js';
import { gatherLosses, type Loss } from './loss.js';
import { type MessageStory } from './messages/message-story.js';
import { readMessages } from './messages/read-messages.js';
import { type MessageTrouble } from './messages/trouble.js';
import { withRefusals } from './listener-evidence.js';
import { gatherPods, ofType, type PodFacts } from './pod-facts.js';
import { serviceLevelOf } from './service-level.js';
import { howItStopped, type StopKind } from './stop-kind.js';
import { type ServiceLevel } from './verdict.js';

/** What a rehearsal left behind. */
export interface Facts {
  readonly scenario: Scenario;
  readonly events: readonly RolloutEvent[];
  readonly records: readonly RequestRecord[];
  /** Where the service got messages. */
  readonly messages?: MessageFacts | undefined;
}

/** Everything a fault rule may look at, gathered once. */
export interface Inquiry extends Facts {
  readonly pods: readonly PodFacts[];
  readonly losses: readonly Loss[];
  /** What became of each message, in the order they were sent. */
  readonly stories: readonly MessageStory[];
  /** Those of them that were not handled exactly once. */
  readonly troubles: readonly MessageTrouble[];
  /** The requests, and messages in their shape: all that pods had in their hands. */
  readonly work: readonly RequestRecord[];
  /** The pod of that name. */
  podNamed(name: string): PodFacts | undefined;
  /** Connections to a pod, with what travelled on them. */
  connectionsOf(pod: PodFacts): readonly Connection[];
  /** How a pod came to its end after SIGTERM. */
  stopOf(pod: PodFacts): StopKind;
  /** The pods that stopped in one of these ways. */
  stopped(...kinds: readonly StopKind[]): readonly PodFacts[];
  /** When a pod first gave an expected answer, if ever. */
  firstAnswerOf(pod: PodFacts): number | undefined;
  /** How long nearly all answers to a kind of request took from pods that were not stopping, in ms: its 99th percentile; `undefined` where none was answered. */
  usualMs(kind: string): number | undefined;
  /** When the last node or balancer instance learned that it should no longer route to the pod, if ever. */
  unroutedAt(pod: PodFacts): number | undefined;
  /** The last time a node opened a connection to the pod, or tried to. */
  lastConnectTo(pod: PodFacts): number | undefined;
  /** How well requests were answered before the update, and in the window of the rollout. */
  readonly serviceLevel: ServiceLevel;
  /** When the rehearsal ended. */
  readonly end: number;
}

/** Gathers the facts. */
export function inquire(facts: Facts): Inquiry {
  const pods = withRefusals(gatherPods(facts.events), facts.records, (pod) => serviceOf(pod, facts.scenario).command);
  const end = endOf(facts);
  const byName = new Map(pods.map((pod) => [pod.name, pod]));
  const connections = gatherConnections(facts.records);
  const connectionsOf = (pod: PodFacts): readonly Connection[] => connections.get(pod.name) ?? [];
  const { isPid1 } = facts.scenario.pod;
  const read = readMessages(facts, { pods: byName, end });
  const work = [...facts.records, ...read.work];
  const stops = new Map(
    pods.map((pod) => {
      const { command } = serviceOf(pod, facts.scenario);
      return [pod.name, howItStopped({ pod, connections: connectionsOf(pod), records: work, command, isPid1 })];
    }),
  );
  const stopOf = (pod: PodFacts): StopKind => stops.get(pod.name) ?? 'running';
  const firstAnswers = firstAnswersOf(facts.records);
  const lastConnects = lastConnectsOf(facts.records);
  return {
    ...facts,
    ...read,
    work,
    pods,
    serviceLevel: serviceLevelOf(facts.events, facts.records),
    end,
    losses: gatherLosses(facts.records, byName, end),
    podNamed: (name) => byName.get(name),
    connectionsOf,
    usualMs: usualTimes(facts.records, byName),
    stopOf,
    stopped: (...kinds) => pods.filter((pod) => kinds.includes(stopOf(pod))),
    firstAnswerOf: (pod) => firstAnswers.get(pod.name),
    unroutedAt: (pod) => unroutedAt(pod, facts.events),
    lastConnectTo: (pod) => lastConnects.get(pod.name),
  };
}

/** What runs in a pod; a rollback, the third revision, plays the first one again. */
export function serviceOf(pod: PodFacts, scenario: Scenario): Service {
  return pod.revision === 2 ? scenario.nextService : scenario.service;
}

function endOf({ events, records }: Facts): number {
  return records.reduce((latest, { endedAt }) => Math.max(latest, endedAt), events.at(-1)?.at ?? 0);
}

function usualTimes(
  records: readonly RequestRecord[],
  pods: ReadonlyMap<string, PodFacts>,
): (kind: string) => number | undefined {
  const took = new Map<string, number[]>();
  for (const { kind, fate, attempts, sentAt, endedAt } of records) {
    const pod = pods.get(attempts.at(-1)?.pod ?? '');
    if (fate !== 'answered' || pod === undefined || endedAt >= (pod.signal?.at ?? Infinity)) continue;
    const times = took.get(kind) ?? [];
    took.set(kind, times);
    times.push(endedAt - sentAt);
  }
  const usual = new Map(
    [...took].map(([kind, times]) => [
      kind,
      percentile(
        times.toSorted((a, b) => a - b),
        0.99,
      ),
    ]),
  );
  return (kind) => usual.get(kind);
}

function firstAnswersOf(records: readonly RequestRecord[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { fate, attempts, endedAt, answeredAt } of records) {
    const pod = attempts.at(-1)?.pod;
    if (pod === undefined || (fate !== 'answered' && fate !== 'told-to-go')) continue;
    first.set(pod, Math.min(first.get(pod) ?? Infinity, answeredAt ?? endedAt));
  }
  return first;
}

function lastConnectsOf(records: readonly RequestRecord[]): Map<string, number> {
  const last = new Map<string, number>();
  for (const { pod, connectedAt, connect, at } of records.flatMap(({ attempts }) => attempts)) {
    const tried = connect === 'open' ? connectedAt : at;
    if (tried !== undefined) last.set(pod, Math.max(last.get(pod) ?? 0, tried));
  }
  return last;
}

function unroutedAt(pod: PodFacts, events: readonly RolloutEvent[]): number | undefined {
  const views = new Map<number, { at: number; has: boolean }>();
  for (const { at, node, pods } of ofType(events, 'node-learned')) {
    const had = views.get(node)?.has ?? false;
    const has = pods.includes(pod.name);
    if (has || had) views.set(node, { at, has });
  }
  const seen = [...views.values()];
  if (seen.length === 0 || seen.some(({ has }) => has)) return undefined;
  return Math.max(...seen.map(({ at }) => at));
}
