import { type Guard } from '../errors/foreign-call.js';
import { nameText } from '../errors/safe-text.js';
import { FoundResource, type ProviderFacts } from './found-resource.js';
import { heldIn, isLiteral } from './held-values.js';
import { loggersIn, processWide } from './process-wide.js';
import { type Closable, type ResourceKind } from './resource-kind.js';
import { isObject } from './shape.js';
import { clientsIn, underlying } from './underlying.js';

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

/** The token of the options of nestjs-pino; read in 3 and 4. */
const PINO_PARAMS = 'pino-params';
/** Hooks of Nest in which an application closes what it has. */
const CLOSING_HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'];

/** A client, and its kind. */
export interface Recognised {
  readonly kind: ResourceKind;
  readonly closable: Closable;
}

/** Where resources are looked for. */
export interface Places {
  /** What the application has made, or was given. */
  providers(): readonly Provided[];
  /** What the library's own lines are written to; `undefined` where that is the console. */
  logger(): unknown;
}

/** What is looked for, and what is known by now. */
export interface Search {
  readonly kinds: readonly ResourceKind[];
  /** Clients that have been recognised before: what is known of them is kept. */
  readonly known: WeakMap<object, Recognised>;
  /** Tokens and names that are left to the application. */
  readonly except: ReadonlySet<unknown>;
  readonly guard: Guard;
}

/**
 * Every resource of a known kind among the providers, each once, in the order in which Nest registered them, and those of the whole
 * process. A client that is a provider itself comes before wrappers of it.
 */
export function findResources(places: Places, search: Search): FoundResource[] {
  const seen = new Set<object>();
  const { guard } = search;
  // A provider may be a Proxy whose traps throw.
  const candidates = places
    .providers()
    .flatMap((provider) => guard('looking for resources among the providers', [], () => candidatesOf(provider)));
  const wide = guard('looking for resources of the process', [], () => processWide(places.logger()));
  return [
    ...candidates.filter(({ isWrapped }) => !isWrapped),
    ...candidates.filter(({ isWrapped }) => isWrapped),
    ...wide.map(({ value, token }) => ofProcess(value, token)),
  ].flatMap((candidate) => guard('looking at a possible resource', [], () => findOne(candidate, search, seen)));
}

/** What may be a resource, before anything is known of it. */
interface Candidate {
  /** Without its wrappers. */
  readonly client: object;
  /** Whether the provider that it is of is a wrapper. */
  readonly isWrapped: boolean;
  /** Asked for when it is one: most are none. */
  readonly facts: () => ProviderFacts;
  /** By which it can be left to the application, beside its names. */
  readonly token: unknown;
}

function candidatesOf(provider: Provided): Candidate[] {
  const { instance, token } = provider;
  if (provider.isAlias === true || !isObject(instance)) return [];
  const isWrapped = underlying(instance) !== instance;
  const own = [instance, ...clientsIn(instance), ...loggersOfPino(provider, instance)].map((value) => ({
    value,
    at: '',
  }));
  const held = heldIn(instance).flatMap(({ value, at }) =>
    [value, ...clientsIn(value)].map((each) => ({ value: each, at })),
  );
  return [...own, ...held].map(({ value, at }) => ({
    client: underlying(value),
    isWrapped: isWrapped || value !== instance,
    token,
    facts: () => factsOf(provider, instance, at),
  }));
}

/** @param at where it is in the provider, if that is a collection */
function factsOf(provider: Provided, instance: object, at: string): ProviderFacts {
  // An object literal may be options in which a client of other code was given.
  const origin = at !== '' && isLiteral(instance) ? 'value' : originOf(provider);
  return { token: `${tokenName(provider.token)}${nameText(at)}`, origin, owner: ownerOf(provider, instance) };
}

function ofProcess(value: object, token: string): Candidate {
  return {
    client: underlying(value),
    isWrapped: false,
    token,
    facts: () => ({ token, origin: 'value', owner: undefined }),
  };
}

/** The logger of nestjs-pino is behind an accessor of its class; read in nestjs-pino 4. */
function loggersOfPino({ host }: Provided, instance: object): object[] {
  return host?.providers.get(PINO_PARAMS) !== undefined ? loggersIn(instance) : [];
}

function findOne({ client, token, facts }: Candidate, search: Search, seen: Set<object>): FoundResource[] {
  if (seen.has(client)) return [];
  seen.add(client);
  const recognised = recognise(client, search);
  if (recognised === undefined) return [];
  const said = facts();
  const found = new FoundResource(recognised.kind, recognised.closable, said);
  return [token, said.token, found.name].some((name) => search.except.has(name)) ? [] : [found];
}

/** The kind of a client; what is known of it is kept. */
export function recognise(client: object, { kinds, known }: Pick<Search, 'kinds' | 'known'>): Recognised | undefined {
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

/** What a provider is called. */
export function tokenName(token: unknown): string {
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
