import { type Resource } from './resource.js';
import { type Closable, type ResourceKind } from './resource-kind.js';
import { type ResourceState } from './resource-state.js';
import { RESOURCE_PRIORITIES, type ResourceType } from './resource-type.js';

/** Where a resource was found. */
export interface ProviderFacts {
  /** What it is injected as. */
  readonly token: string;
  /** Whether Nest has made it, or was given it (`useValue`), so that other code may still use it. */
  readonly origin: 'made' | 'value';
  /** Whose hook of Nest may close it: its own, or that of its module. */
  readonly owner: string | undefined;
}

/** Agents go last where there is telemetry: an exporter may send through one until it has flushed. */
const BEHIND_TELEMETRY = 97;

/** A resource among the providers of the application, or of the whole process. */
export class FoundResource implements Resource {
  /** Its kind and its token: `pg Pool PG_POOL`. */
  readonly name: string;
  readonly origin: 'made' | 'value';
  readonly owner: string | undefined;
  state: ResourceState = 'open';
  /** How long closing it took, once that is over. */
  durationMs: number | undefined;
  isBehindTelemetry = false;

  constructor(
    readonly kind: ResourceKind,
    readonly closable: Closable,
    { token, origin, owner }: ProviderFacts,
  ) {
    this.name = `${kind.title} ${token}`;
    this.origin = origin;
    this.owner = owner;
  }

  get type(): ResourceType {
    return this.kind.type;
  }

  get priority(): number {
    return this.isBehindTelemetry ? BEHIND_TELEMETRY : RESOURCE_PRIORITIES[this.kind.type];
  }
}
