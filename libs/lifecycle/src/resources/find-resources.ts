import { type Guard } from '../errors/foreign-call.js';
import { nameText } from '../errors/safe-text.js';
import { FoundResource } from './found-resource.js';
import { type Closable, type ResourceKind } from './resource-kind.js';
import { isObject } from './shape.js';
import { underlying } from './underlying.js';

/** What is read of something that the application has made, or was given: a provider, as Nest keeps it. */
export interface Provided {
  readonly instance: unknown;
  /** What it is injected as. */
  readonly token: unknown;
  /** Whether it is another name for something else. */
  readonly isAlias?: boolean;
  /** The class or factory that made it; left out where it was given as it is (`useValue`). */
  readonly metatype: unknown;
  /** Its module. */
  readonly host?:
    | {
        readonly name: string;
        readonly metatype: unknown;
        readonly providers: { get(token: unknown): { readonly instance: unknown } | undefined };
      }
    | undefined;
}

/** Hooks of Nest in which an application closes what it has. */
const CLOSING_HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'];

/** A client, and its kind. */
export interface Recognised {
  readonly kind: ResourceKind;
  readonly closable: Closable;
}

interface Search {
  readonly kinds: readonly ResourceKind[];
  /** Clients that have been recognised before: what is known of them is kept. */
  readonly known: WeakMap<object, Recognised>;
  /** Tokens and names that are left to the application. */
  readonly except: ReadonlySet<unknown>;
  readonly guard: Guard;
}

/**
 * Every resource of a known kind among the providers, each once, in the order in which Nest registered them. A client that is a
 * provider itself comes before wrappers of it.
 */
export function findResources(providers: readonly Provided[], search: Search): FoundResource[] {
  const seen = new Set<object>();
  const look = (which: (instance: object) => boolean): FoundResource[] =>
    providers.flatMap((wrapper) =>
      // A provider may be a Proxy whose traps throw.
      search.guard('looking for resources among the providers', [], () => find(wrapper, search, seen, which)),
    );
  const isWrapped = (instance: object): boolean => underlying(instance) !== instance;
  return [...look((instance) => !isWrapped(instance)), ...look(isWrapped)];
}

function find(
  wrapper: Provided,
  search: Search,
  seen: Set<object>,
  which: (instance: object) => boolean,
): FoundResource[] {
  const instance: unknown = wrapper.instance;
  if (wrapper.isAlias === true || !isObject(instance) || !which(instance)) return [];
  const client = underlying(instance);
  if (seen.has(client)) return [];
  seen.add(client);
  const recognised = recognise(client, search);
  if (recognised === undefined) return [];
  const { except } = search;
  const token = tokenName(wrapper.token);
  const facts = { token, origin: originOf(wrapper), owner: ownerOf(wrapper, instance) };
  const found = new FoundResource(recognised.kind, recognised.closable, facts);
  return except.has(wrapper.token) || except.has(token) || except.has(found.name) ? [] : [found];
}

function recognise(client: object, { kinds, known }: Search): Recognised | undefined {
  const before = known.get(client);
  if (before !== undefined) return before;
  for (const kind of kinds) {
    const closable = kind.recognise(client);
    if (closable === undefined) continue;
    const recognised = { kind, closable };
    known.set(client, recognised);
    return recognised;
  }
  return undefined;
}

function tokenName(token: unknown): string {
  if (typeof token === 'function') return nameText(token.name);
  return nameText(typeof token === 'symbol' ? (token.description ?? 'symbol') : String(token));
}

/** What `useValue` gives has no class and no factory. */
function originOf({ metatype }: Provided): 'made' | 'value' {
  return metatype === null || metatype === undefined ? 'value' : 'made';
}

function ownerOf(wrapper: Provided, instance: object): string | undefined {
  const own = hookOf(instance);
  if (own !== undefined) return `${tokenName(wrapper.token)}.${own}()`;
  const { host } = wrapper;
  if (host === undefined) return undefined;
  // A module is a provider of itself, under its class.
  const module: unknown = host.providers.get(host.metatype)?.instance;
  const hook = isObject(module) ? hookOf(module) : undefined;
  return hook === undefined ? undefined : `${host.name}.${hook}()`;
}

function hookOf(value: object): string | undefined {
  return CLOSING_HOOKS.find((name) => typeof Reflect.get(value, name) === 'function');
}
