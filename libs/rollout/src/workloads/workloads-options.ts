import { type Act } from '../scenario/act.js';
import { type Command, type RehearsalOptions } from '../scenario/rehearsal-options.js';

/** What is the same for all workloads of a rehearsal: they share one cluster, one clock and one seed. */
export const SHARED_OPTIONS = [
  'nodes',
  'endpointLag',
  'refusedFor',
  'seed',
  'lags',
  'warmUp',
  'coolDown',
  'deadline',
] as const satisfies readonly (keyof RehearsalOptions)[];

/** The names of those. */
export type SharedOption = (typeof SHARED_OPTIONS)[number];

/** Several workloads that are played together, with calls between them. */
export interface WorkloadsOptions extends Pick<RehearsalOptions, SharedOption> {
  /** Each by its name. */
  readonly workloads: Readonly<Record<string, WorkloadOptions>>;
  /** In which order they are rolled. Default: as they are written. */
  readonly order?: readonly string[];
  /** Whether one is rolled when the one before is done, or all at once. Default `in-turn`. */
  readonly rolled?: 'in-turn' | 'together';
}

/** One of them: what it runs, and what stands in front of it. */
export interface WorkloadOptions extends Omit<RehearsalOptions, SharedOption | 'act'> {
  readonly command: Command;
  /** What is done to its pods. Default `update`; `none` leaves it as it is. */
  readonly act?: Act | 'none';
  /** Default `default`. */
  readonly namespace?: string;
  /** What other workloads call it by. Default: one Service of its own name, with the container's ports. */
  readonly services?: readonly ServiceOptions[];
  /** Its PodDisruptionBudget, which a drain of a node keeps to: one of both, a number of pods or a percentage. Default: none. */
  readonly budget?: { readonly minAvailable?: number | string; readonly maxUnavailable?: number | string };
  /** Whether clients outside ask it. Default: where `requests` are written. */
  readonly isFront?: boolean;
}

/** A Service of a workload. */
export interface ServiceOptions {
  readonly name: string;
  readonly ports: readonly {
    readonly name?: string;
    readonly port: number;
    /** A container port by its number or its name. Default: the number of `port`. */
    readonly targetPort?: number | string;
  }[];
}
