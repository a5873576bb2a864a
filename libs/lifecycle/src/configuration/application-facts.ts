import { type ReadVariable } from '../platform/platform.js';
import { type ClientConfiguration } from '../resources/resource-kind.js';

/** What is known of an application when it starts, with Nest or without. */
export interface ApplicationFacts {
  readonly variable: ReadVariable;
  /** The names of all variables of the environment. */
  readonly variableNames: readonly string[];
  readonly isProduction: boolean;
  /** Pools and clients, as they were configured. */
  readonly clients: readonly ConfiguredClient[];
  /** Whether the framework closes the application at a signal; `undefined` where that cannot be seen, or is not yet known. */
  readonly closesAtSignals: boolean | undefined;
  /** Whether a probe can ask for readiness; `not-needed` where nothing listens. */
  readonly probes: 'reachable' | 'missing' | 'not-needed' | 'unknown';
  /** What a page of this origin gets of CORS; `undefined` where only a request can tell, or CORS is not seen. */
  readonly corsFor: (origin: string) => Promise<CorsAnswer> | undefined;
}

/** The two headers that decide who may read an answer. */
export interface CorsAnswer {
  readonly allowedOrigin: string | undefined;
  readonly withCredentials: boolean;
}

/** A pool or a client. */
export interface ConfiguredClient {
  readonly name: string;
  readonly configuration: ClientConfiguration;
}
