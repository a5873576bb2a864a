import { setTimeout } from 'node:timers/promises';
import { Balancer } from './balancer.js';
import { Instance } from './instance.js';
import { Place } from './place.js';

/** Hears of what goes wrong with a service. */
export type TellLoss = (what: string) => void;

const LOOK_MS = 50;
const START_MS = 120_000;

/** What a service of the fleet is, and how often it runs. */
export interface WorkloadPlan {
  readonly name: string;
  /** What Node runs. */
  readonly file: string;
  readonly replicas: number;
  readonly env: () => Readonly<Record<string, string | undefined>>;
}

/** A service with its instances, behind a balancer: what a Deployment and its Service are in Kubernetes. */
export class Workload {
  private readonly balancer: Balancer;
  private instances: Instance[] = [];

  private constructor(
    private readonly plan: WorkloadPlan,
    readonly places: readonly Place[],
    private readonly tellLoss: TellLoss,
  ) {
    this.balancer = new Balancer(() => places);
  }

  /** With twice as many places as instances: in a roll the new ones start beside the old ones. */
  static async create(plan: WorkloadPlan, tellLoss: TellLoss): Promise<Workload> {
    const places: Place[] = [];
    for (let number = 1; number <= plan.replicas * 2; number += 1)
      places.push(await Place.create(`${plan.name}-${number}`));
    return new Workload(plan, places, tellLoss);
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

  /** A rolling update: new instances first, and once they are ready the old ones are stopped, one after the other. */
  async roll(): Promise<void> {
    const old = this.instances;
    await this.startNew();
    for (const instance of old) {
      this.instances = this.instances.filter((other) => other !== instance);
      await this.stopOne(instance);
    }
  }

  /** Stops all instances at once. */
  async stop(): Promise<void> {
    const running = this.instances;
    this.instances = [];
    await Promise.all(running.map((instance) => this.stopOne(instance)));
  }

  /** Stops to watch, and closes the balancer. */
  async leave(): Promise<void> {
    await Promise.all([this.balancer.close(), ...this.places.map((place) => place.leave())]);
  }

  kill(): void {
    for (const instance of this.instances) instance.kill();
  }

  private async startNew(): Promise<void> {
    const taken = new Set(this.instances.map(({ place }) => place));
    const free = this.places.filter((place) => !taken.has(place)).slice(0, this.plan.replicas);
    const started = free.map((place) => new Instance(place, this.plan.file, this.plan.env()));
    this.instances = [...this.instances, ...started];
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
    this.tellLoss(`${instance.place.name} ended by itself with ${signal ?? code}:\n${instance.lastLines}`);
  }

  private async stopOne(instance: Instance): Promise<void> {
    const { code, signal } = await instance.stop();
    if (code === 0) return;
    this.tellLoss(`${instance.place.name} ended with ${signal ?? code} after SIGTERM:\n${instance.lastLines}`);
  }
}
