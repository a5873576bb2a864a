import { type Closable, type ResourceKind } from './resource-kind.js';
import { RESOURCE_PRIORITIES } from './resource-type.js';

interface ProviderFacts {
  /** What it is injected as. */
  readonly token: string;
  /** Whether Nest has made it, or was given it (`useValue`), so that other code may still use it. */
  readonly origin: 'made' | 'value';
  /** Whose hook of Nest may close it: its own, or that of its module. */
  readonly owner: string | undefined;
}

/** A resource among the providers of the application. */
export class FoundResource {
  /** Its kind and its token: `pg Pool PG_POOL`. */
  readonly name: string;
  readonly priority: number;
  readonly origin: 'made' | 'value';
  readonly owner: string | undefined;

  constructor(
    readonly kind: ResourceKind,
    readonly closable: Closable,
    { token, origin, owner }: ProviderFacts,
  ) {
    this.name = `${kind.title} ${token}`;
    this.priority = RESOURCE_PRIORITIES[kind.type];
    this.origin = origin;
    this.owner = owner;
  }
}
