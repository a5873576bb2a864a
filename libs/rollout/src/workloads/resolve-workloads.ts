import { randomInt } from 'node:crypto';
import { nearestName } from 'nestjs-lifecycle/options';
import { z } from 'zod';
import { InvalidScenarioError, type ScenarioProblem } from '../scenario/invalid-scenario-error.js';
import { podCount } from '../scenario/option-schema.js';
import { type RehearsalOptions } from '../scenario/rehearsal-options.js';
import { resolveScenario } from '../scenario/resolve-scenario.js';
import { type Scenario } from '../scenario/scenario.js';
import { problemsOf } from '../schema/schema-problems.js';
import { type PlayedPort, type PlayedService } from './played-service.js';
import {
  SHARED_OPTIONS,
  type ServiceOptions,
  type WorkloadOptions,
  type WorkloadsOptions,
} from './workloads-options.js';

/** One workload, ready to be played. */
export interface ResolvedWorkload {
  readonly name: string;
  readonly namespace: string;
  readonly scenario: Scenario;
  /** What was written of its probes: what is not is looked for. */
  readonly written: Pick<RehearsalOptions, 'readiness' | 'liveness' | 'startup'>;
  readonly services: readonly PlayedService[];
  readonly isFront: boolean;
  /** How many healthy pods its disruption budget asks for; 0 where it has none. */
  readonly leastHealthy: number;
}

/** All of them, and how they are rolled. */
export interface ResolvedWorkloads {
  readonly workloads: readonly ResolvedWorkload[];
  /** The same in the order in which they are rolled. */
  readonly order: readonly ResolvedWorkload[];
  readonly rolled: 'in-turn' | 'together';
}

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const name = z
  .string()
  .regex(NAME, 'is no name in Kubernetes: write small letters, digits and dashes, as in orders-api');
const port = z.number().int().min(1).max(65_535);

const service = z.strictObject({
  name,
  ports: z
    .array(
      z.strictObject({
        name: z.string().min(1).optional(),
        port,
        targetPort: z.union([port, z.string().min(1)]).optional(),
      }),
    )
    .min(1),
});

const workloadFields = z.looseObject({
  act: z.string().optional(),
  namespace: name.optional(),
  services: z.array(service).optional(),
  isFront: z.boolean().optional(),
  isWorker: z.boolean().optional(),
  budget: z
    .strictObject({ minAvailable: podCount.optional(), maxUnavailable: podCount.optional() })
    .refine(
      ({ minAvailable, maxUnavailable }) => (minAvailable === undefined) !== (maxUnavailable === undefined),
      'says one of both: write minAvailable or maxUnavailable',
    )
    .optional(),
});

const fields = z.strictObject({
  workloads: z.record(name, workloadFields),
  order: z.array(z.string()).optional(),
  rolled: z.enum(['in-turn', 'together']).optional(),
  ...Object.fromEntries(SHARED_OPTIONS.map((option) => [option, z.unknown().optional()])),
});

/**
 * What a user wrote of several workloads, complete.
 *
 * @throws InvalidScenarioError listing every problem, each with the workload it is about
 */
export function resolveWorkloads(options: WorkloadsOptions): ResolvedWorkloads {
  const read = fields.safeParse(options);
  if (!read.success) {
    throw new InvalidScenarioError(problemsOf(read.error.issues).map(({ at, message }) => ({ option: at, message })));
  }
  const seed = options.seed ?? randomInt(0, 2 ** 31);
  const problems: ScenarioProblem[] = [];
  const workloads = Object.entries(options.workloads).flatMap(([workload, written]) =>
    resolveOne(written, { workload, shared: { ...sharedOf(options), seed }, problems }),
  );
  const order = orderOf(options, workloads, problems);
  problems.push(...problemsTogether(options, workloads));
  if (problems.length > 0) throw new InvalidScenarioError(problems);
  return { workloads, order, rolled: options.rolled ?? 'in-turn' };
}

function sharedOf(options: WorkloadsOptions): Pick<RehearsalOptions, (typeof SHARED_OPTIONS)[number]> {
  return Object.fromEntries(
    SHARED_OPTIONS.flatMap((option) => (options[option] === undefined ? [] : [[option, options[option]]])),
  );
}

interface Resolving {
  readonly workload: string;
  readonly shared: ReturnType<typeof sharedOf>;
  readonly problems: ScenarioProblem[];
}

function resolveOne(written: WorkloadOptions, { workload, shared, problems }: Resolving): ResolvedWorkload[] {
  const { act = 'update', namespace = 'default', services, isFront, budget, ...own } = written;
  const { isWorker = false } = own;
  const at = (option: string): string => `workloads.${workload}.${option}`;
  problems.push(...[...problemsIn(written)].map(({ option, message }) => ({ option: at(option), message })));
  try {
    const read = resolveScenario({ ...own, ...shared, ...(act !== 'none' && { act }) });
    const scenario = { ...read, act };
    const place = { workload, namespace, scenario, problems };
    return [
      {
        name: workload,
        namespace,
        scenario,
        written: own,
        services: isWorker ? [] : servicesOf(services, place),
        isFront: isFront ?? own.requests !== undefined,
        leastHealthy: leastHealthyOf(budget, scenario.deployment.replicas),
      },
    ];
  } catch (error) {
    if (!(error instanceof InvalidScenarioError)) throw error;
    problems.push(...error.problems.map(({ option, message }) => ({ option: at(option), message })));
    return [];
  }
}

function* problemsIn(written: WorkloadOptions): Iterable<ScenarioProblem> {
  for (const option of SHARED_OPTIONS) {
    if (option in written) yield { option, message: 'is the same for all: write it beside workloads' };
  }
  if (written.isWorker === true && written.isFront === true) {
    yield { option: 'isFront', message: 'a worker takes no requests: leave isFront or isWorker out' };
  }
}

/** As the disruption controller counts: a percentage is rounded up, of what must be there and of what may be missing. */
function leastHealthyOf(written: WorkloadOptions['budget'], replicas: number): number {
  const { minAvailable, maxUnavailable } = written ?? {};
  const pods = (value: number | string): number => {
    const read = podCount.safeParse(value);
    if (!read.success) return 0;
    return 'pods' in read.data ? read.data.pods : Math.ceil((replicas * read.data.percent) / 100);
  };
  if (minAvailable !== undefined) return pods(minAvailable);
  return maxUnavailable === undefined ? 0 : Math.max(0, replicas - pods(maxUnavailable));
}

interface ServicePlace {
  readonly workload: string;
  readonly namespace: string;
  readonly scenario: Scenario;
  readonly problems: ScenarioProblem[];
}

function servicesOf(
  written: readonly ServiceOptions[] | undefined,
  { workload, namespace, scenario, problems }: ServicePlace,
): PlayedService[] {
  const { ports } = scenario.service;
  if (written === undefined) {
    const own = ports.map(({ name, containerPort }) => ({ name, port: containerPort, containerPort }));
    return [{ name: workload, namespace, workload, ports: own }];
  }
  return written.map((service, index) => ({
    name: service.name,
    namespace,
    workload,
    ports: service.ports.flatMap(({ name: portName, port: number, targetPort = number }): PlayedPort[] => {
      const found = ports.find((one) => one.containerPort === targetPort || one.name === targetPort);
      if (found !== undefined) return [{ name: portName, port: number, containerPort: found.containerPort }];
      const known = ports.map((one) => `${one.containerPort} (${one.name})`).join(', ');
      problems.push({
        option: `workloads.${workload}.services[${index}]`,
        message: `port ${number} of Service ${service.name} goes to ${targetPort}, which is no port that ${workload} reads from a variable: it has ${known}`,
      });
      return [];
    }),
  }));
}

/** Those that are named first, then the others as they are written. */
function orderOf(
  { order = [], workloads: written }: WorkloadsOptions,
  workloads: readonly ResolvedWorkload[],
  problems: ScenarioProblem[],
): ResolvedWorkload[] {
  const names = Object.keys(written);
  for (const [index, wanted] of order.entries()) {
    if (!names.includes(wanted)) problems.push({ option: 'order', message: unknownWorkload(wanted, names) });
    else if (order.indexOf(wanted) < index)
      problems.push({ option: 'order', message: `names ${wanted} twice: once is enough` });
  }
  const named = order.flatMap((wanted) => workloads.filter(({ name: one }) => one === wanted));
  return [...named, ...workloads.filter((one) => !named.includes(one))];
}

/** Says which workload may have been meant. */
export function unknownWorkload(wanted: string, names: readonly string[]): string {
  const meant = nearestName(wanted, names);
  const advice = meant === undefined ? `write one of ${names.join(', ')}` : `did you mean ${meant}?`;
  return `there is no workload ${wanted}: ${advice}`;
}

function* problemsTogether(
  { workloads: written }: WorkloadsOptions,
  workloads: readonly ResolvedWorkload[],
): Iterable<ScenarioProblem> {
  const names = Object.keys(written);
  if (names.length === 0) yield { option: 'workloads', message: 'is empty: write at least one, by its name' };
  const fronts = workloads.filter(({ isFront }) => isFront);
  const consumers = workloads.filter(({ scenario }) => scenario.messages !== undefined);
  if (consumers.length > 1) {
    const [first, second] = consumers.map(({ name: one }) => one);
    yield {
      option: 'workloads',
      message: `messages or jobs are sent to one of several workloads, and ${first} and ${second} have some: leave those of one out`,
    };
  }
  if (fronts.length + consumers.length === 0 && workloads.length === names.length && names.length > 0) {
    yield {
      option: 'workloads',
      message: `none is asked from outside, or gets messages: write requests, or isFront: true, for the one that clients reach, as in workloads: { ${names[0]}: { isFront: true } }`,
    };
  }
  const acted = workloads.filter(({ scenario }) => scenario.act !== 'none');
  if (acted.length === 0 && workloads.length === names.length && names.length > 0) {
    yield { option: 'workloads', message: "nothing is done to any of them: leave act: 'none' out for one" };
  }
  yield* sameNames(workloads);
}

function* sameNames(workloads: readonly ResolvedWorkload[]): Iterable<ScenarioProblem> {
  const owners = new Map<string, string>();
  for (const { name: workload, services } of workloads) {
    for (const { name: service, namespace } of services) {
      const owner = owners.get(`${service}.${namespace}`);
      if (owner !== undefined && owner !== workload) {
        yield {
          option: `workloads.${workload}.services`,
          message: `Service ${service} in ${namespace} leads to ${owner} as well: a call to it could not be told apart. Give it one workload`,
        };
      }
      owners.set(`${service}.${namespace}`, workload);
    }
  }
}
