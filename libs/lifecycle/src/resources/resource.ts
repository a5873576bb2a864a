import { type Closable, type ResourceKind } from './resource-kind.js';
import { type ResourceState } from './resource-state.js';
import { type ResourceType } from './resource-type.js';

/** Something with a close, found or registered: what is known of it. */
export interface Resource {
  /** What plans, logs and the report call it. */
  readonly name: string;
  readonly type: ResourceType;
  readonly priority: number;
  readonly kind: Pick<ResourceKind, 'timeoutMs'>;
  readonly closable: Closable;
  /** How far it is with it. */
  readonly state: ResourceState;
  /** How long closing it took, once that is over. */
  readonly durationMs: number | undefined;
}

/** One resource, as plain data. */
export interface ResourceInfo {
  /** The name it was registered with, else its kind and its token: `pg Pool PG_POOL`. */
  readonly name: string;
  readonly type: ResourceType;
  /** Lower is closed first. */
  readonly priority: number;
  readonly state: ResourceState;
  /** How long closing it took; left out until that is over. */
  readonly durationMs?: number;
  /** Who closes it: `register('pool', …)`, or as `plan()` has it. */
  readonly by: string;
}

/** How many resources there are, by what became of them and by what they are for. */
export interface ResourceStatistics {
  readonly total: number;
  readonly states: Readonly<Partial<Record<ResourceState, number>>>;
  readonly types: Readonly<Partial<Record<ResourceType, number>>>;
}

/** Counts resources. */
export function countResources(resources: readonly ResourceInfo[]): ResourceStatistics {
  const states: Partial<Record<ResourceState, number>> = {};
  const types: Partial<Record<ResourceType, number>> = {};
  for (const { state, type } of resources) {
    states[state] = (states[state] ?? 0) + 1;
    types[type] = (types[type] ?? 0) + 1;
  }
  return { total: resources.length, states, types };
}

/** A resource as plain data. */
export function infoOf({ name, type, priority, state, durationMs }: Resource, by: string): ResourceInfo {
  const info = { name, type, priority, state, by };
  return durationMs === undefined ? info : { ...info, durationMs: Math.round(durationMs) };
}
