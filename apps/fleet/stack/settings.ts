import type { Duration } from 'nestjs-lifecycle';
import { z } from 'zod';
import { duration, flag, problemLine, secret, SettingsError, wholeNumber } from './setting-kinds.js';

/** Reads one environment variable; `undefined` when it is not set. */
export type ReadVariable = (name: string) => string | undefined;

const LOCAL_SECRET = 'for this machine alone, and refused in production';

/** Every variable that a service of the fleet reads, with its kind and its default. Amounts are in dollars. */
const VARIABLES = z
  .object({
    PORT: wholeNumber(0, 65_535).default(3000),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),

    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).default('postgres://postgres@127.0.0.1:5432/postgres'),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    RABBITMQ_URL: z.url({ protocol: /^amqps?$/ }).optional(),
    NATS_URL: z.url({ protocol: /^nats$/ }).optional(),
    /** What queues and keys begin with, so that several fleets can share their servers. */
    FLEET_PREFIX: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .default('fleet'),

    JWT_SECRET: secret().default(LOCAL_SECRET),
    ADMIN_TOKEN: secret().default(LOCAL_SECRET),
    SESSION_SECONDS: wholeNumber(60, 604_800).default(3600),

    AUTH_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3001'),
    DIAGRAMS_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3002'),
    /** Where the instances of each service answer probes, as in `auth=http://auth-instances:9000 worker=http://…`. */
    FLEET_INSTANCES: z
      .string()
      .regex(/^(\w+=https?:\/\/\S+(\s+|$))*$/)
      .default(''),

    /** Proxies in front of the gateway: the address of a client is what the first of them says. */
    TRUSTED_PROXIES: wholeNumber(0, 10).default(0),
    CORS_ORIGINS: z.string().default(''),
    LIMIT_PER_USER: wholeNumber(1, 1_000_000).default(100),
    LIMIT_PER_IP: wholeNumber(1, 1_000_000).default(1000),
    LIMIT_UPLOAD_BYTES: wholeNumber(1, 100_000_000).default(5_000_000),
    EXPORT_MS: wholeNumber(0, 60_000).default(200),

    COST_ENABLED: flag().default(true),
    COST_DAILY_BUDGET: z.coerce.number().positive().max(1_000_000).default(0.5),
    COST_WARNING_THRESHOLD: z.coerce.number().gt(0).lt(1).default(0.8),
    COST_CRITICAL_THRESHOLD: z.coerce.number().gt(0).lt(1).default(0.9),

    HEALTH_ENABLED: flag().default(true),
    HEALTH_CHECK_INTERVAL: duration().default('30s'),
    HEALTH_HISTORY_SIZE: wholeNumber(20, 1000).default(100),
    HEALTH_ANOMALY_THRESHOLD: z.coerce.number().gt(0).max(1).default(0.8),

    SHUTDOWN_GRACE_PERIOD: duration().default('30s'),
    SHUTDOWN_LAME_DUCK: duration().optional(),
    SHUTDOWN_PROBE_PORT: wholeNumber(0, 65_535).optional(),
  })
  .refine((read) => read.COST_WARNING_THRESHOLD < read.COST_CRITICAL_THRESHOLD, {
    path: ['COST_CRITICAL_THRESHOLD'],
    message: 'it must be more than COST_WARNING_THRESHOLD',
  })
  .refine((read) => read.RABBITMQ_URL === undefined || read.NATS_URL === undefined, {
    path: ['NATS_URL'],
    message: 'messages go over one broker: set RABBITMQ_URL or NATS_URL, not both',
  });

type Variables = z.infer<typeof VARIABLES>;

/** The names of all of them, for the page that shows the environment. What looks like a secret is hidden there. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(VARIABLES.shape);

/** What one service takes from its environment: typed, and validated as a whole before anything starts. */
export class Settings {
  readonly cors: { readonly origins: readonly string[] };
  readonly limits: { readonly perUser: number; readonly perIp: number; readonly uploadBytes: number };
  /** Amounts in dollars; thresholds as parts of the budget. */
  readonly cost: CostSettings;
  readonly health: {
    readonly isEnabled: boolean;
    readonly interval: Duration;
    readonly historySize: number;
    readonly anomalyThreshold: number;
  };
  readonly shutdown: { readonly gracePeriod: Duration; readonly lameDuck?: Duration; readonly probePort?: number };

  private constructor(readonly variables: Variables) {
    this.cors = { origins: variables.CORS_ORIGINS.split(',').filter((origin) => origin !== '') };
    this.limits = {
      perUser: variables.LIMIT_PER_USER,
      perIp: variables.LIMIT_PER_IP,
      uploadBytes: variables.LIMIT_UPLOAD_BYTES,
    };
    this.cost = {
      isEnabled: variables.COST_ENABLED,
      dailyBudget: variables.COST_DAILY_BUDGET,
      warningThreshold: variables.COST_WARNING_THRESHOLD,
      criticalThreshold: variables.COST_CRITICAL_THRESHOLD,
    };
    this.health = {
      isEnabled: variables.HEALTH_ENABLED,
      interval: variables.HEALTH_CHECK_INTERVAL,
      historySize: variables.HEALTH_HISTORY_SIZE,
      anomalyThreshold: variables.HEALTH_ANOMALY_THRESHOLD,
    };
    const { SHUTDOWN_LAME_DUCK: lameDuck, SHUTDOWN_PROBE_PORT: probePort } = variables;
    this.shutdown = {
      gracePeriod: variables.SHUTDOWN_GRACE_PERIOD,
      ...(lameDuck !== undefined && { lameDuck }),
      ...(probePort !== undefined && { probePort }),
    };
  }

  /** @throws {SettingsError} with every problem of every group at once, and what to type */
  static read(read: ReadVariable): Settings {
    const written = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, read(name) || undefined]));
    const { data, error } = VARIABLES.safeParse(written);
    if (error) throw new SettingsError(error.issues.map((issue) => problemLine(issue, written)));
    return new Settings(data);
  }
}

/** What a user may spend on a day. */
export interface CostSettings {
  readonly isEnabled: boolean;
  readonly dailyBudget: number;
  readonly warningThreshold: number;
  readonly criticalThreshold: number;
}
