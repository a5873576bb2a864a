import { Server } from 'node:net';
import { isObject } from '../errors/foreign-value.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type Probes } from '../health/probes.js';
import { type Settings } from '../options/settings.js';
import { asHandle } from '../resources/handle.js';
import { type HttpTraffic } from '../traffic/http/http-traffic.js';
import { type TrackedServers } from '../traffic/http/tracked-servers.js';
import { UnknownServers } from '../traffic/wire/unknown-servers.js';
import { type UnseenWork } from '../unseen/unseen-work.js';
import { serveProbes } from './served-probes.js';

/** A server of Node, or what has one as its `server`, as Fastify has. */
export type ServerOwner = Server | { readonly server: Server };

interface OwnServersParts {
  readonly settings: Settings;
  readonly own: { readonly traffic: HttpTraffic };
  readonly servers: TrackedServers;
  readonly probes: Probes;
  readonly probeServer: { owns(server: Server): boolean };
  readonly unseen: UnseenWork;
  readonly startUp: { expectListener(): void };
}

/**
 * The servers of a service without Nest. A framework may open more of them for one application (Fastify has one for each address of
 * `localhost`): those that call the same function for a request are followed as well.
 */
export class OwnServers {
  readonly #unknown = new UnknownServers();
  /** What was added, and its undo. */
  readonly #followed = new Map<Server, () => void>();
  #wasUsed = false;

  constructor(private readonly parts: OwnServersParts) {}

  /** Begins to look for further servers. */
  watch(): void {
    const { settings, probeServer, unseen } = this.parts;
    if (!settings.enabled) return;
    this.#unknown.watch(
      (server) => this.#isFurther(server),
      (server) => this.#follow(server),
    );
    unseen.addRule(() => {
      const [address] = this.#wasUsed ? [] : this.#unknown.addresses((server) => probeServer.owns(server));
      if (address === undefined) return undefined;
      const remedy = 'Type lifecycle.http(server) where the server is made.';
      return { kind: 'servers', what: `requests of the HTTP server on ${address}`, remedy };
    });
  }

  /**
   * Follows a server from now on. Returns its undo.
   *
   * @throws LifecycleError `INVALID_SOURCE` when it is no server and has none
   */
  add(owner: ServerOwner): ReturnType<typeof asHandle> {
    const server = serverOf(owner);
    this.#wasUsed = true;
    this.parts.startUp.expectListener();
    this.#follow(server);
    return asHandle(() => this.#leave(server));
  }

  /** Stops following all of them; those that nothing else closes are closed. */
  release(): void {
    this.#unknown.stop();
    this.parts.servers.release();
    for (const server of this.#followed.keys()) this.#leave(server);
  }

  #follow(server: Server): void {
    if (this.#followed.has(server)) return;
    const { settings, own, servers, probes } = this.parts;
    const untrack = servers.track(server);
    this.#followed.set(server, untrack);
    if (!settings.health.isServed) return;
    const undo = serveProbes(server, probes, own.traffic);
    // What is put around a server is taken off in its order.
    if (own.traffic.follows(server)) own.traffic.keep(server, undo);
    else this.#followed.set(server, undo);
  }

  #leave(server: Server): void {
    this.#followed.get(server)?.();
    this.#followed.delete(server);
  }

  #isFurther(server: Server): boolean {
    const known = new Set([...this.#followed.keys()].flatMap((one) => one.listeners('request')));
    return server.listeners('request').some((listener) => known.has(listener));
  }
}

function serverOf(owner: unknown): Server {
  if (owner instanceof Server) return owner;
  const server: unknown = isObject(owner) ? owner['server'] : undefined;
  if (server instanceof Server) return server;
  throw new LifecycleError(
    'INVALID_SOURCE',
    'http() was given no server. Type lifecycle.http(app.listen(3000)) for Express and Koa, lifecycle.http(fastify) for ' +
      'Fastify, lifecycle.http(serve(app)) for Hono, or lifecycle.http(createServer(…)).',
  );
}
