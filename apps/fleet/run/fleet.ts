import { randomBytes } from 'node:crypto';
import { EmbeddedDatabase } from './embedded-database.js';
import { fileOf, type OnLine } from './instance.js';
import type { Ledger } from './ledger.js';
import { Workload } from './workload.js';

/** The services. The gateway is the only one that calls others: it stops before them. */
const SERVICES = ['auth', 'diagrams', 'worker', 'gateway'] as const;
type Service = (typeof SERVICES)[number];

export interface FleetOptions {
  /** Instances of each service. */
  readonly replicas: number;
  /** The port of the gateway; 0 takes a free one. */
  readonly port: number;
  /** The variables that all services get. Without `DATABASE_URL` the fleet has a PostgreSQL of its own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears every line that an instance writes. */
  readonly onLine?: OnLine;
}

/** For who has not said otherwise: short enough to watch, long enough for the probes of this machine. */
const DEFAULTS = {
  NODE_ENV: 'development',
  SHUTDOWN_LAME_DUCK: '1500ms',
  SHUTDOWN_GRACE_PERIOD: '30s',
  LOG_LEVEL: 'warn',
};

/** All services of the fleet, each behind a balancer, and what they need. */
export class Fleet {
  private readonly workloadOf = new Map<Service, Workload>();
  private readonly ports = new Map<Service, number>();
  private database: EmbeddedDatabase | undefined;
  private isStopped = false;

  constructor(
    private readonly options: FleetOptions,
    private readonly ledger: Ledger,
  ) {}

  get workloads(): readonly Workload[] {
    return [...this.workloadOf.values()];
  }

  get databaseUrl(): string {
    return this.database?.url ?? '';
  }

  /** Where the balancer of a service listens. */
  urlOf(service: Service): string {
    return `http://127.0.0.1:${this.ports.get(service)}`;
  }

  async start(): Promise<void> {
    const { env, replicas, port, onLine } = this.options;
    this.database = await EmbeddedDatabase.startUnless(env['DATABASE_URL'], env);
    const secrets = { JWT_SECRET: randomBytes(32).toString('hex'), ADMIN_TOKEN: randomBytes(32).toString('hex') };
    for (const name of SERVICES) {
      const own = (): Record<string, string | undefined> => ({ ...DEFAULTS, ...secrets, ...env, ...this.addresses() });
      const plan = { name, file: fileOf(name), replicas, env: own, ...(onLine && { onLine }) };
      const workload = await Workload.create(plan, this.ledger);
      this.workloadOf.set(name, workload);
      this.ports.set(name, await workload.listen(name === 'gateway' ? port : 0));
    }
    // Who starts first makes the tables; the others wait for that.
    await Promise.all(this.workloads.map((workload) => workload.start()));
  }

  /** Stops everything, callers first. */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    const behind = this.workloads.filter(({ name }) => name !== 'gateway');
    await this.workloadOf.get('gateway')?.stop();
    await Promise.all(behind.map((workload) => workload.stop()));
    await Promise.all(this.workloads.map((workload) => workload.leave()));
    await this.database?.stop();
  }

  /** Ends all processes at once. */
  kill(): void {
    for (const workload of this.workloads) workload.kill();
    this.database?.kill();
  }

  private addresses(): Record<string, string> {
    const instances = this.workloads.flatMap(({ name, places }) => places.map(({ probeUrl }) => `${name}=${probeUrl}`));
    return {
      DATABASE_URL: this.databaseUrl,
      AUTH_URL: this.urlOf('auth'),
      DIAGRAMS_URL: this.urlOf('diagrams'),
      FLEET_INSTANCES: instances.join(' '),
    };
  }
}
