import { z } from 'zod';
import { ACT_NAMES } from './act.js';
import { CHAOS_NAMES } from './chaos-kind.js';
import { type DelayStep, hasOpenQuote, splitWords } from 'nestjs-lifecycle-shared';
import { parseDuration } from 'nestjs-lifecycle/options';
import { LAG_MODELS } from './lag-models.js';
import { maxErrors, maxP99 } from './limits.js';
import { jobs, messages } from './message-schema.js';
import { login, path, request } from './request-schema.js';
import { type Lag, measuredLag } from '../random/lag.js';
import { duration } from '../schema/duration.js';

/** A command line, or its words. */
export const command = z.union([z.string(), z.array(z.string())]).transform((value, context) => {
  const isOpen = typeof value === 'string' && hasOpenQuote(value);
  const [program, ...args] = typeof value === 'string' ? splitWords(value) : value;
  if (program !== undefined && program !== '' && !isOpen) return [program, ...args] as const;
  context.addIssue(`${JSON.stringify(value)} is no command: write 'node dist/main.js', with every quote closed`);
  return z.NEVER;
});

const PERCENTAGE = /^(\d{1,3})%$/;

/** A number of pods, or a share of them. */
export const podCount = z.union([z.number().int().min(0), z.string()]).transform((value, context) => {
  const percent = typeof value === 'string' ? PERCENTAGE.exec(value.trim())?.[1] : undefined;
  if (typeof value === 'number') return { pods: value };
  if (percent !== undefined && Number(percent) <= 100) return { percent: Number(percent) };
  context.addIssue(`${JSON.stringify(value)} is no number of pods: write 1, or '25%'`);
  return z.NEVER;
});

/** A lag by its model's name, as one length of time, or as a distribution. */
export const lag = z
  .union([
    z.string(),
    z.number(),
    z.strictObject({
      min: duration.optional(),
      median: duration,
      p99: duration.optional(),
      max: duration.optional(),
    }),
    z.strictObject({
      min: duration.default(0),
      steps: z.array(z.strictObject({ share: z.number().min(0).max(1), ms: z.number().min(0) })).min(1),
    }),
  ])
  .transform((value, context): Lag => {
    const read = typeof value === 'object' ? distributed(value) : named(value);
    if (typeof read === 'object') return read;
    context.addIssue(read);
    return z.NEVER;
  });

type Distributed =
  | { readonly min: number; readonly steps: readonly DelayStep[] }
  | (Pick<Lag, 'median'> & { readonly [Bound in 'min' | 'p99' | 'max']?: number | undefined });

/** The lag, or what is wrong with it. */
function distributed(value: Distributed): Lag | string {
  if ('steps' in value) {
    return rises(value)
      ? measuredLag(value.min, value.steps)
      : 'min and the steps must not fall, and the last step has the share 1';
  }
  const { median, min = 0, p99 = median, max = p99 } = value;
  return min <= median && median <= p99 && median <= max
    ? { min, median, p99, max }
    : 'min, median, p99 and max must not fall, as in { min: 0, median: 400, p99: 4000, max: 4000 }';
}

/** The lag of a model, or of one length of time; or what is wrong. */
function named(value: string | number): Lag | string {
  if (isModel(value)) return LAG_MODELS[value];
  const ms = parseDuration(value);
  if (ms !== undefined) return { min: ms, median: ms, p99: ms, max: ms };
  const names = Object.keys(LAG_MODELS).join(', ');
  return `${JSON.stringify(value)} is no lag: write a length of time as '2s', or one of ${names}`;
}

function rises({ min, steps }: { min: number; steps: readonly DelayStep[] }): boolean {
  const all = [{ share: 0, ms: min }, ...steps];
  const falls = all.some(
    ({ share, ms }, index) => share < (all[index - 1]?.share ?? 0) || ms < (all[index - 1]?.ms ?? 0),
  );
  return !falls && steps.at(-1)?.share === 1;
}

function isModel(value: string | number): value is keyof typeof LAG_MODELS {
  return typeof value === 'string' && Object.hasOwn(LAG_MODELS, value);
}

const portNumber = z.number().int().min(1).max(65_535);
const count = z.number().int().min(1);
const share = z.number().min(0).max(1);

const probe = z.union([
  z.literal(false),
  path,
  z.strictObject({
    path: path.optional(),
    headers: z.record(z.string(), z.string()).optional(),
    tcp: z.boolean().optional(),
    grpc: z.union([z.boolean(), z.string()]).optional(),
    exec: command.optional(),
    port: portNumber.optional(),
    initialDelay: duration.default(0),
    period: duration.default(10_000),
    timeout: duration.default(1000),
    successThreshold: count.default(1),
    failureThreshold: count.default(3),
  }),
]);

/** A probe as written, its durations in milliseconds. */
export type WrittenProbe = z.output<typeof probe>;

const chaosKind = z.enum(CHAOS_NAMES);
const chaos = z.union([
  chaosKind.transform((kind) => ({ kind, at: undefined, for: undefined, variable: undefined })),
  z.strictObject({
    kind: chaosKind,
    at: duration.optional(),
    for: duration.optional(),
    variable: z.string().optional(),
  }),
]);

const variable = z.string().regex(/^[A-Za-z_]\w*$/, "is no name of a variable: write one as 'PORT'");

/** A port, or an address of which only the port counts: in a pod's own network it is the same for every host. */
const outboundPort = z.union([portNumber, z.string()]).transform((value, context) => {
  if (typeof value === 'number') return value;
  const port = Number(/(?:^|:)(\d{1,5})(?=$|[/?#])/.exec(value.trim())?.[1]);
  if (port >= 1 && port <= 65_535) return port;
  context.addIssue(`${JSON.stringify(value)} names no port: write 5432, or 'localhost:5432'`);
  return z.NEVER;
});

const argoRollout = z.strictObject({
  steps: z
    .array(
      z.union([z.strictObject({ setWeight: z.number().int().min(0).max(100) }), z.strictObject({ pause: duration })]),
    )
    .min(1)
    .optional(),
  blueGreen: z.strictObject({ promotion: duration.default(0), scaleDownDelay: duration.default(30_000) }).optional(),
});

/** All options, with the defaults that do not depend on others. */
export const optionsSchema = z.strictObject({
  command,
  nextCommand: command.optional(),
  cwd: z.string().default(() => process.cwd()),
  env: z.record(z.string(), z.string()).default({}),
  podFields: z.record(z.string(), z.enum(['metadata.name', 'metadata.uid'])).default({}),
  ports: z
    .array(
      z.strictObject({
        name: z.string().default('http'),
        containerPort: portNumber,
        variable: variable.default('PORT'),
        isTraffic: z.boolean().optional(),
      }),
    )
    .min(1)
    .default([{ name: 'http', containerPort: 3000, variable: 'PORT' }]),
  isWorker: z.boolean().default(false),
  act: z.enum(ACT_NAMES).default('update'),
  notice: duration.optional(),
  replicas: count.max(50).default(3),
  strategy: z.enum(['RollingUpdate', 'Recreate']).default('RollingUpdate'),
  maxSurge: podCount.default({ percent: 25 }),
  maxUnavailable: podCount.default({ percent: 25 }),
  statefulSet: z
    .strictObject({
      name: z.string().min(1).default('pod'),
      podManagement: z.enum(['OrderedReady', 'Parallel']).default('OrderedReady'),
      partition: z.number().int().min(0).default(0),
      maxUnavailable: podCount.default({ pods: 1 }),
    })
    .optional(),
  argoRollout: argoRollout.optional(),
  minReady: duration.default(0),
  progressDeadline: duration.default(600_000),
  gracePeriod: duration.default(30_000),
  preStop: z
    .union([
      duration,
      z.strictObject({ exec: command }),
      z.strictObject({ httpGet: path, port: portNumber.optional() }),
    ])
    .optional(),
  readiness: probe.optional(),
  liveness: probe.optional(),
  startup: probe.optional(),
  pid1: z.boolean().default(true),
  podNetwork: z.enum(['auto', 'own', 'shared']).default('auto'),
  outbound: z.array(outboundPort).default([]),
  balancer: z.enum(['connection', 'request']).default('connection'),
  nodes: count.max(20).default(3),
  endpointLag: lag.default(LAG_MODELS['cluster-ip']),
  idleTimeout: duration.default(60_000),
  retries: z.number().int().min(0).max(10).default(0),
  refusedFor: duration.default(200),
  requests: z.array(request).min(1).optional(),
  login: login.optional(),
  grpcProto: z.union([z.string().min(1), z.array(z.string().min(1))]).default([]),
  rate: z.number().min(0).max(2000).default(40),
  clients: z.number().int().min(0).max(500).default(4),
  keepAliveShare: share.default(0.5),
  keepAliveConnections: count.max(1000).default(8),
  messages: messages.optional(),
  jobs: jobs.optional(),
  chaos: z.array(chaos).default([]),
  lags: z.enum(['drawn', 'worst']).default('drawn'),
  margin: z.enum(['warn', 'fail']).default('warn'),
  maxP99: maxP99.optional(),
  maxErrors: maxErrors.optional(),
  seed: z.number().int().min(0).max(0xffff_ffff).optional(),
  warmUp: duration.default(2000),
  coolDown: duration.default(1000),
  requestTimeout: duration.default(10_000),
  deadline: duration.default(600_000),
});

/** The options, read, checked, and with those defaults. */
export type ReadOptions = z.output<typeof optionsSchema>;
