import { type Clock } from '../clock/clock.js';
import { type Timeline } from '../events/rollout-event.js';
import { type Change, type Collection, type Gap, type Identified, ListWatch } from './api/list-watch.js';
import {
  type DeploymentObject,
  type EndpointSliceObject,
  type PodObject,
  readDeployment,
  readEndpointSlice,
  readEvent,
  readPod,
} from './api/objects.js';
import { paths } from './api/resources.js';
import { toError } from './api/refusal.js';
import { type ClusterPlan } from './plan-cluster-rehearsal.js';
import { EndpointReader } from './seen/endpoint-reader.js';
import { EventReader } from './seen/event-reader.js';
import { Heard } from './seen/heard.js';
import { LogFollower } from './seen/log-follower.js';
import { PodReader } from './seen/pod-reader.js';

interface ViewParts {
  readonly plan: ClusterPlan;
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly phaseOf: (line: string) => string | undefined;
}

/** A watch of whatever kind. */
type AnyWatch = Pick<ListWatch<Identified>, 'list' | 'follow'>;

/** What is seen of a cluster: the Deployment, its pods, endpoints, events and logs, all written to the timeline. */
export class ClusterView {
  readonly #closing = new AbortController();
  readonly #heard = new Heard();
  readonly #gaps: Gap[] = [];
  readonly #pods: PodReader;
  readonly #logs: LogFollower;
  readonly #endpoints: EndpointReader;
  readonly #events: EventReader;
  readonly #deployments: ListWatch<DeploymentObject & Identified>;
  readonly #podWatch: ListWatch<PodObject & Identified>;
  readonly #slices: ListWatch<EndpointSliceObject & Identified>;
  readonly #watches: readonly AnyWatch[];
  #following: readonly Promise<void>[] = [];
  #blindness: string | undefined;

  constructor(private readonly parts: ViewParts) {
    const { plan, clock, timeline, phaseOf } = parts;
    const { namespace, name, client } = plan.target;
    this.#pods = new PodReader(timeline, clock, plan.scenario, !this.#lacks('events'));
    this.#logs = new LogFollower(client, namespace, timeline, phaseOf);
    this.#endpoints = new EndpointReader(timeline, () => this.#pods.names);
    this.#events = new EventReader(timeline, this.#pods);
    this.#deployments = this.#watch(
      {
        name: 'deployments',
        path: paths.deployments(namespace),
        fields: `metadata.name=${name}`,
        read: readDeployment,
      },
      () => undefined,
    );
    this.#podWatch = this.#watch(
      { name: 'pods', path: paths.pods(namespace), selector: plan.selector, read: readPod },
      (change) => {
        this.#pods.read(change);
        this.#followLog(change.item, true);
      },
    );
    this.#slices = this.#watch(
      { name: 'endpointslices', path: paths.endpointSlices(namespace), read: readEndpointSlice },
      () => this.#endpoints.read(this.#slices.items),
    );
    const told = this.#watch({ name: 'events', path: paths.events(namespace), read: readEvent }, ({ type, item }) => {
      if (type !== 'deleted') this.#events.read(item);
    });
    this.#watches = [this.#deployments, this.#podWatch, this.#slices, ...(this.#lacks('events') ? [] : [told])];
  }

  /**
   * Lists everything once, and follows it from then on.
   *
   * @throws ClusterError when something cannot be listed
   */
  async open(): Promise<void> {
    for (const watch of this.#watches) await watch.list();
    this.#pods.begin(this.#podWatch.items);
    for (const pod of this.#podWatch.items) this.#followLog(pod, false);
    this.#endpoints.read(this.#slices.items);
    this.#following = this.#watches.map((watch) =>
      watch.follow(this.#closing.signal).catch((error: unknown) => {
        this.#blindness ??= toError(error).message;
        this.#heard.tell();
      }),
    );
  }

  /** The Deployment as it was last heard of. */
  get deployment(): DeploymentObject | undefined {
    return this.#deployments.items[0];
  }

  /** Its pods as they were last heard of, those that are being deleted too. */
  get pods(): readonly PodObject[] {
    return this.#podWatch.items;
  }

  /** How many pods are deleted and still there. */
  get leaving(): number {
    return this.#pods.leaving;
  }

  /** Why nothing can be seen any more; `undefined` while it can. */
  get blindness(): string | undefined {
    return this.#blindness;
  }

  /** What went wrong, and what was left out, in sentences. */
  get notes(): readonly string[] {
    const without = this.parts.plan.missing.map(
      ({ verb, resource, purpose }) => `There is no right to ${verb} ${resource}, which is ${purpose}.`,
    );
    return [...this.#gaps.map((gap) => gapNote(gap)), ...this.#logs.problems, ...without];
  }

  /** Resolves at the next change of anything, or when `signal` fires. */
  changed(signal: AbortSignal): Promise<void> {
    return this.#heard.next(signal);
  }

  /** Ends all watches. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#following);
  }

  #watch<Item extends Identified>(
    collection: Collection<Item>,
    onChange: (change: Change<Item>) => void,
  ): ListWatch<Item> {
    const { plan, clock } = this.parts;
    return new ListWatch(plan.target.client, clock, collection, {
      onChange: (change) => {
        onChange(change);
        this.#heard.tell();
      },
      onGap: (gap) => this.#gaps.push(gap),
    });
  }

  #lacks(resource: string): boolean {
    return this.parts.plan.missing.some((right) => right.resource === resource);
  }

  #followLog({ metadata, spec, status }: PodObject, isNew: boolean): void {
    const container = spec.containers[0]?.name;
    if (container === undefined || this.#lacks('pods/log') || status?.phase !== 'Running') return;
    this.#logs.follow({ name: metadata.name, container, isNew }, this.#closing.signal);
  }
}

function gapNote({ collection, ms, reason, isComplete }: Gap): string {
  const what = isComplete ? 'what it told afterwards is late by up to that' : 'what happened in between was not seen';
  return `The watch of ${collection} was away for ${Math.ceil(ms)} ms (${reason}): ${what}.`;
}
