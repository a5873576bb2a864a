import { type DiscoveryService, type ModulesContainer } from '@nestjs/core';
import { type Clock } from '../deadline/clock.js';
import { type Guard } from '../errors/foreign-call.js';
import { type EventLog } from '../events/event-log.js';
import { type EventStream } from '../events/event-stream.js';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { type WorkSources } from '../in-flight/work-sources.js';
import { type UnseenKind } from '../options/unseen-kinds.js';
import { type ShutdownState } from '../phase/shutdown-state.js';
import { type UnseenWork } from '../unseen/unseen-work.js';

/** A provider or controller, as Nest keeps it. */
export type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** What an integration has of the application. */
export interface IntegrationParts {
  readonly clock: Clock;
  readonly guard: Guard;
  readonly log: EventLog;
  readonly events: EventStream;
  readonly state: ShutdownState;
  readonly inFlight: InFlightWork;
  /** An integration adds its source here. */
  readonly sources: WorkSources;
  /** It adds what it cannot see here. */
  readonly unseen: UnseenWork;
}

/** Nest's own parts, for integrations that need them. */
export interface NestParts {
  readonly modules: ModulesContainer;
  readonly discovery: DiscoveryService;
}

/** A package whose work is followed from now on. */
export interface FollowedPackage {
  /**
   * Gets providers and controllers: all of them before the first `onModuleInit` of the application, when they have been
   * made; later those of each module that is loaded lazily.
   */
  found(providers: readonly InstanceWrapper[]): void;
  /** Every `onModuleInit` of the application has returned. */
  initialised?(): void;
  /** Every `onApplicationBootstrap` of the application has returned. */
  bootstrapped?(): void;
  /** The application is closed: nothing of the integration may stay. */
  undo?(): void;
}

/**
 * Follows the work of a package that calls code of the application by itself: jobs, schedules, events. The code behind it is
 * loaded where the application uses the package, and only there.
 */
export interface Integration {
  /** The package, as `npm install` knows it. */
  readonly name: string;
  /** The kinds of work that are seen with it. What it does not see of them it adds to `unseen` by itself. */
  readonly sees: readonly UnseenKind[];
  /**
   * Whether a provider belongs to the package, or is marked by it. By names of metadata and methods, which no minifier
   * changes; the package itself is not imported. May throw: providers are foreign values.
   */
  isMarked(provider: InstanceWrapper): boolean;
  load(): Promise<(parts: IntegrationParts & NestParts) => FollowedPackage>;
}
