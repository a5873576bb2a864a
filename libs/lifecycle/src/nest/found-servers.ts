import { type ServerResponse } from 'node:http';
import { type Server } from 'node:net';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { type Clock } from '../deadline/clock.js';
import { type UnseenWork } from '../unseen/unseen-work.js';
import { type HttpTraffic } from '../traffic/http/http-traffic.js';
import { onceListening } from '../traffic/wire/once-listening.js';
import { serverBelow, UnknownServers } from '../traffic/wire/unknown-servers.js';

/** How long a service has to listen after the boot, before a warning says that it is not ready. */
const REMINDER_MS = 10_000;

interface FoundServersParts {
  readonly clock: Clock;
  readonly traffic: HttpTraffic;
  readonly unseen: UnseenWork;
  readonly log: { warn(text: string): void };
  readonly startUp: { readonly isComplete: boolean; readonly hasSettled: boolean; listening(): void };
  readonly state: { readonly hasBegun: boolean };
}

const REMEDY = 'Type app.get(GracefulShutdown).trackServer(server) where the server is made.';

/**
 * Servers that nothing has told of, beside the one that Nest's `listen()` opens: those that serve the application without Nest's `listen()`, as in Nest's recipe for several servers (`app.init()` and
 * `createServer(express).listen()`). A server that calls the framework's own function is found when it listens, any
 * other with its first request to a handler. Servers that cannot be found are reported as unseen.
 */
export class FoundServers {
  readonly #unknown = new UnknownServers();
  #isOver = false;
  #hasFound = false;

  constructor(private readonly parts: FoundServersParts) {}

  /** Begins to look for servers. Returns its undo. */
  watch(adapter: AbstractHttpAdapter): () => void {
    const { unseen, traffic } = this.parts;
    const instance: unknown = adapter.getInstance();
    const isOurs = (server: Server): boolean => server.listeners('request').some((listener) => listener === instance);
    this.#unknown.watch(isOurs, (server) => this.#follow(server));
    unseen.addRule(() => {
      const [address] =
        this.#hasFound || traffic.isListening ? [] : this.#unknown.addresses((one) => traffic.follows(one));
      if (address === undefined || this.parts.startUp.isComplete) return undefined;
      return { kind: 'servers', what: `requests of the HTTP server on ${address}`, remedy: REMEDY };
    });
    return () => {
      this.#isOver = true;
      this.#unknown.stop();
    };
  }

  /** Warns of a service that is never ready, because none of its servers listens. Returns its undo. */
  remind(): () => void {
    const { clock, log, startUp, state } = this.parts;
    return clock.meanwhile(REMINDER_MS, () => {
      if (startUp.isComplete || !startUp.hasSettled || state.hasBegun) return;
      log.warn(
        'The application has started and none of its servers listens, so it is not ready: readiness and startup answer ' +
          `503. Call app.listen(). Or, where a server of your own serves it: ${REMEDY} Or, where nothing is served, as in ` +
          'a worker: create it with NestFactory.createApplicationContext().',
      );
    });
  }

  /** A request has come to a handler, from a server that is not followed. */
  readonly untracked = (response: object): void => {
    if (this.#isOver) return;
    const { traffic, unseen, startUp } = this.parts;
    const server = serverBelow(response);
    if (server !== undefined) {
      this.#follow(server);
      // A response of a Node server is a `ServerResponse`, or that of HTTP/2, which is handled the same way.
      traffic.adopt(response as ServerResponse);
      return;
    }
    startUp.listening();
    const what = 'requests that come without a server (a serverless function, inject())';
    const remedy = 'Type await shutdown.track(name, () => work()) around their work.';
    unseen.add({ kind: 'servers', what, remedy, endsWithProcess: true });
  };

  #follow(server: Server): void {
    const { traffic, startUp } = this.parts;
    if (traffic.follows(server)) return;
    this.#hasFound = true;
    traffic.attach(server);
    onceListening(server, () => startUp.listening());
  }
}
