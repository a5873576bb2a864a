import { Scope } from '@nestjs/common';
import { type DiscoveryService } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { isObject } from '../errors/foreign-value.js';
import { isTracked } from './track-in-flight.decorator.js';

type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/**
 * Everything of an application with a method that `@TrackInFlight()` is on: instances, and the prototypes of those that
 * Nest makes when they are needed (request-scoped, transient).
 */
export function findTrackedOwners(wrappers: readonly InstanceWrapper[], guard: Guard): object[] {
  const owners = wrappers.flatMap((wrapper) =>
    guard('looking for methods with @TrackInFlight()', [], () => ownersOf(wrapper)),
  );
  return [...new Set(owners)];
}

function ownersOf(wrapper: InstanceWrapper): object[] {
  if (wrapper.isAlias) return [];
  const isSingle =
    wrapper.isDependencyTreeStatic() && wrapper.scope !== Scope.TRANSIENT && wrapper.scope !== Scope.REQUEST;
  const owner: unknown = isSingle ? wrapper.instance : wrapper.metatype?.prototype;
  return isObject(owner) && isTracked(owner) ? [owner] : [];
}
