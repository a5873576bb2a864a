import { setTimeout } from 'node:timers/promises';
import { Balancer } from './balancer.js';
import { Instance, type OnLine } from './instance.js';
import type { Ledger } from './ledger.js';
import { Place } from './place.js';

const LOOK_MS = 50;
const START_MS = 120_000;

/** What a service of the fleet is, and how often it runs. */
export interface WorkloadPlan {
  readonly name: string;
  /** What Node runs. */
  readonly file: string;
  readonly replicas: number;
  readonly env: () => Readonly<Record<string, string | undefined>>;
  readonly onLine?: OnLine;
}

/** A service with its instances, behind a balancer: what a Deployment and its Service are in Kubernetes. */
export class Workload {
  private readonly balancer: Balancer;
  private instances: Instance[] = [];
  /** Those that were told to stop, and have not ended. */
  private readonly stopping = new Map<Instance, Promise<void>>();

  private constructor(
    private readonly plan: WorkloadPlan,
    readonly places: readonly Place[],
    private readonly ledger: Ledger,
  ) {
    this.balancer = new Balancer(() => places);
  }

  /** With twice as many places as instances: in a roll the new ones start beside the old ones. */
  static async create(plan: WorkloadPlan, ledger: Ledger): Promise<Workload> {
    const places: Place[] = [];
    for (let number = 1; number <= plan.replicas * 2; number += 1)
      places.push(await Place.create(`${plan.name}-${number}`));
    return new Workload(plan, places, ledger);
  }

  get name(): string {
    return this.plan.name;
  }

  /** Opens the balancer. @returns its port */
  listen(port: number): Promise<number> {
    for (const place of this.places) place.watch();
    return this.balancer.listen(port);
  }

  async start(): Promise<void> {
    await this.startNew();
  }

  /**
   * A rolling update: new instances first, and once they are ready the old ones are told to stop. As in Kubernetes, nothing waits for
   * them to end but what needs their places.
   */
  async roll(): Promise<void> {
    await this.stopped();
    const old = this.instances;
    await this.startNew();
    for (const instance of old) this.stopOne(instance);
  }

  /** Stops all instances at once. */
  async stop(): Promise<void> {
    for (const instance of this.instances) this.stopOne(instance);
    await this.stopped();
  }

  /** Resolves when all that were told to stop have ended. */
  async stopped(): Promise<void> {
    await Promise.all(this.stopping.values());
  }

  /** Stops to watch, and closes the balancer. */
  async leave(): Promise<void> {
    await Promise.all([this.balancer.close(), ...this.places.map((place) => place.leave())]);
  }

  kill(): void {
    for (const instance of [...this.instances, ...this.stopping.keys()]) instance.kill();
  }

  private async startNew(): Promise<void> {
    const taken = new Set(this.instances.map(({ place }) => place));
    const free = this.places.filter((place) => !taken.has(place)).slice(0, this.plan.replicas);
    for (const place of free) place.occupy();
    const started = free.map((place) => new Instance(place, { ...this.plan, env: this.plan.env() }));
    this.instances = [...this.instances, ...started];
    this.ledger.begin('instances', started.length);
    for (const instance of started) void this.watchEnd(instance);
    await Promise.all(started.map((instance) => this.waitUntilReady(instance)));
  }

  private async waitUntilReady(instance: Instance): Promise<void> {
    const deadline = Date.now() + START_MS;
    const ended = instance.end.then(() => true);
    while (!instance.place.isReady) {
      const hasEnded = await Promise.race([ended, setTimeout(LOOK_MS, false)]);
      if (!hasEnded && Date.now() < deadline) continue;
      instance.kill();
      throw new Error(`${instance.place.name} did not become ready:\n${instance.lastLines}`);
    }
  }

  /** An instance that ends by itself is a loss. */
  private async watchEnd(instance: Instance): Promise<void> {
    const { code, signal } = await instance.end;
    if (!this.instances.includes(instance)) return;
    this.ledger.lost(
      'instances',
      `${instance.place.name} ended by itself with ${signal ?? code}:\n${instance.lastLines}`,
    );
  }

  private stopOne(instance: Instance): void {
    this.instances = this.instances.filter((other) => other !== instance);
    instance.place.terminate();
    this.stopping.set(
      instance,
      this.awaitEnd(instance).finally(() => this.stopping.delete(instance)),
    );
  }

  private async awaitEnd(instance: Instance): Promise<void> {
    const { code, signal } = await instance.stop();
    const how = `${instance.place.name} ended with ${signal ?? code} after SIGTERM:\n${instance.lastLines}`;
    if (code === 0) this.ledger.done('instances');
    else this.ledger.lost('instances', how);
  }
}
