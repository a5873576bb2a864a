import type { Ledger } from '../ledger.js';
import type { Client } from './client.js';

/** What the services have acknowledged: at the end all of it must be there. */
export interface Promised {
  /** Amounts of orders by their ids. */
  readonly orders: Map<string, number>;
  /** Digests of images by their ids. */
  readonly images: Map<string, string>;
  /** Exports. */
  readonly exports: Set<string>;
  /** Versions of edits by their ids. */
  readonly edits: Map<string, number>;
}

/** What a player plays with. */
export interface World {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly promised: Promised;
  /** A signed-in user's. */
  readonly token: string;
  /** A diagram of that user's. */
  readonly diagram: string;
  /** Where sockets connect to. */
  readonly socketUrl: string;
  /** Aborted when the load is to end. What has been begun is finished. */
  readonly signal: AbortSignal;
}

/** Plays one kind of client until the signal, and finishes what it has begun. */
export type Player = (world: World) => Promise<void>;

export function newPromised(): Promised {
  return { orders: new Map(), images: new Map(), exports: new Set(), edits: new Map() };
}
