import { type Clock } from '../clock/clock.js';
import { type RolloutEvent, type Timeline } from '../events/rollout-event.js';
import { type PlannedChaos } from './plan-chaos.js';

/** What chaos can do to a cluster. */
export interface ChaosTarget {
  /** Pods that serve, by name, in a fixed order. */
  readonly serving: readonly string[];
  readonly nodes: readonly number[];
  signal(pod: string, signal: NodeJS.Signals): void;
  /** Restarts it in place, as after a failed liveness probe. */
  failLiveness(pod: string): void;
  drainNode(node: number): unknown;
  deleteAll(reason: string): void;
  rollback(): void;
}

/** A dependency that can go away and come back. */
export interface Dependency {
  goAway(): Promise<void> | void;
  comeBack(): Promise<void> | void;
}

interface ChaosPlayerParts {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly target: ChaosTarget;
  /** By the variable that holds their address. */
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** Something that was begun failed. */
  readonly onError: (error: unknown) => void;
}

/** Does what was planned, when its moment has come, and says what it did to whom. */
export class ChaosPlayer {
  readonly #cancels = new Set<() => void>();
  readonly #undo = new Set<() => void>();

  constructor(private readonly parts: ChaosPlayerParts) {}

  /** To be called as the update begins. */
  start(plans: readonly PlannedChaos[]): void {
    for (const plan of plans) {
      if ('atMs' in plan.when) this.#after(plan.when.atMs, () => this.#play(plan));
      else this.#await(plan, plan.when);
    }
  }

  /** Nothing more happens; what stood still goes on. */
  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    for (const undo of this.#undo) undo();
    this.#undo.clear();
  }

  #await(plan: PlannedChaos, { after, delayMs }: Extract<PlannedChaos['when'], { after: string }>): void {
    const end = this.parts.timeline.read((event) => {
      const pod = after === 'first-signal' ? signalled(event) : newPod(event);
      if (pod === undefined) return;
      end();
      this.#cancels.delete(end);
      this.#after(delayMs, () => this.#play(plan, pod));
    });
    this.#cancels.add(end);
  }

  #after(ms: number, action: () => void): void {
    const cancel = this.parts.clock.after(ms, () => {
      this.#cancels.delete(cancel);
      action();
    });
    this.#cancels.add(cancel);
  }

  #play(plan: PlannedChaos, pod?: string): void {
    const { target } = this.parts;
    switch (plan.kind) {
      case 'second-signal':
        return this.#toPod(plan, pod, (name) => target.signal(name, 'SIGTERM'));
      case 'kill':
        return this.#toPod(plan, pod, (name) => target.signal(name, 'SIGKILL'));
      case 'liveness-kill':
        return this.#toPod(plan, pod, (name) => target.failLiveness(name));
      case 'stopped-process':
        return this.#toPod(plan, pod, (name) => this.#standStill(name, plan.forMs));
      case 'node-drain':
        return this.#drainNode(plan);
      case 'rollback':
        this.#say(plan, undefined, 'back to the first revision');
        return target.rollback();
      case 'all-pods-at-once':
        this.#say(plan, undefined, `${target.serving.length} pods deleted`);
        return target.deleteAll('all pods are deleted at once');
      case 'dependency-away':
        return this.#takeAway(plan);
      case 'slow-endpoints':
        // Part of the cluster: there is nothing to do but to say so.
        return this.#say(plan, undefined, 'a hundred times as late, from the start to the end');
    }
  }

  #toPod(plan: PlannedChaos, pod: string | undefined, act: (pod: string) => void): void {
    const victim = pod ?? chosen(this.parts.target.serving, plan.victim);
    if (victim === undefined) return this.#say(plan, undefined, 'no pod was serving: nothing done');
    this.#say(plan, victim, victim);
    act(victim);
  }

  #standStill(pod: string, forMs: number): void {
    const { target } = this.parts;
    const goOn = (): void => {
      this.#undo.delete(goOn);
      target.signal(pod, 'SIGCONT');
    };
    target.signal(pod, 'SIGSTOP');
    this.#undo.add(goOn);
    this.#after(forMs, goOn);
  }

  #drainNode(plan: PlannedChaos): void {
    const node = chosen(this.parts.target.nodes, plan.victim);
    if (node === undefined) return this.#say(plan, undefined, 'no node: nothing done');
    this.#say(plan, undefined, `node ${node}`);
    this.parts.target.drainNode(node);
  }

  #takeAway(plan: PlannedChaos): void {
    const dependency = this.parts.dependencies.get(plan.variable ?? '');
    if (dependency === undefined)
      return this.#say(plan, undefined, `no dependency behind ${plan.variable}: nothing done`);
    const comeBack = (): void => {
      this.#undo.delete(comeBack);
      void this.#attempt(() => dependency.comeBack());
    };
    this.#say(plan, undefined, `${plan.variable} for ${Math.round(plan.forMs)} ms`);
    void this.#attempt(() => dependency.goAway());
    this.#undo.add(comeBack);
    this.#after(plan.forMs, comeBack);
  }

  async #attempt(change: () => Promise<void> | void): Promise<void> {
    try {
      await change();
    } catch (error) {
      this.parts.onError(error);
    }
  }

  #say({ kind }: PlannedChaos, pod: string | undefined, detail: string): void {
    this.parts.timeline.record({ type: 'chaos-played', chaos: kind, pod, detail });
  }
}

function chosen<T>(items: readonly T[], share: number): T | undefined {
  return items[Math.floor(share * items.length)];
}

function signalled(event: RolloutEvent): string | undefined {
  return event.type === 'signal-sent' && event.signal === 'SIGTERM' ? event.pod : undefined;
}

/** While an update goes on, a pod that becomes available is new. */
function newPod(event: RolloutEvent): string | undefined {
  return event.type === 'pod-available' ? event.pod : undefined;
}
