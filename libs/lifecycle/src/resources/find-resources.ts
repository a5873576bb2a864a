import { Scope } from '@nestjs/common';
import { type DiscoveryService } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { nameText } from '../errors/safe-text.js';
import { FoundResource } from './found-resource.js';
import { type ResourceKind } from './resource-kind.js';

type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** Hooks of Nest in which an application closes what it has. */
const CLOSING_HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'];

interface Search {
  readonly kinds: readonly ResourceKind[];
  /** Tokens and names that are left to the application. */
  readonly except: ReadonlySet<unknown>;
  readonly guard: Guard;
}

/** Every resource of a known kind among the providers, each once, in the order in which Nest registered them. */
export function findResources(providers: readonly InstanceWrapper[], search: Search): FoundResource[] {
  const seen = new Set<unknown>();
  return providers.flatMap((wrapper) =>
    // A provider may be a Proxy whose traps throw.
    search.guard('looking for resources among the providers', [], () => find(wrapper, search, seen)),
  );
}

function find(wrapper: InstanceWrapper, { kinds, except }: Search, seen: Set<unknown>): FoundResource[] {
  const instance: unknown = wrapper.instance;
  if (wrapper.isAlias || !isSingleton(wrapper) || !isObject(instance) || seen.has(instance)) return [];
  seen.add(instance);
  for (const kind of kinds) {
    const closable = kind.recognise(instance);
    if (closable === undefined) continue;
    const token = tokenName(wrapper.token);
    const facts = { token, origin: originOf(wrapper), owner: ownerOf(wrapper, instance) };
    const found = new FoundResource(kind, closable, facts);
    return except.has(wrapper.token) || except.has(token) || except.has(found.name) ? [] : [found];
  }
  return [];
}

function isSingleton({ scope }: InstanceWrapper): boolean {
  return scope !== Scope.REQUEST && scope !== Scope.TRANSIENT;
}

/** A client may be a function with methods (knex). */
function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function tokenName(token: unknown): string {
  if (typeof token === 'function') return nameText(token.name);
  return nameText(typeof token === 'symbol' ? (token.description ?? 'symbol') : String(token));
}

/** What `useValue` gives has no class and no factory. */
function originOf({ metatype }: InstanceWrapper): 'made' | 'value' {
  return metatype === null || metatype === undefined ? 'value' : 'made';
}

function ownerOf(wrapper: InstanceWrapper, instance: object): string | undefined {
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
