import { type ServerResponse } from 'node:http';
import { type Server } from 'node:net';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { type Clock } from '../deadline/clock.js';
import { asHandle } from '../resources/handle.js';
import { type UnseenWork } from '../unseen/unseen-work.js';
import { type HttpTraffic } from '../traffic/http/http-traffic.js';
import { closeStopped } from '../traffic/wire/listener-handle.js';
import { serverBelow, UnknownServers } from '../traffic/wire/unknown-servers.js';
import { onceListening } from './http-adapter.js';

/** After the boot, a service has this long to listen before it is told that it is not ready. */
const REMINDER_MS = 10_000;

interface FoundServersParts {
  readonly clock: Clock;
  readonly settings: { readonly enabled: boolean };
  readonly traffic: HttpTraffic;
  readonly unseen: UnseenWork;
  readonly log: { warn(text: string): void };
  readonly startUp: { readonly isComplete: boolean; readonly hasSettled: boolean; listening(): void };
  readonly state: { readonly hasBegun: boolean };
}

const REMEDY = 'Type app.get(GracefulShutdown).trackServer(server) where the server is made.';

/**
 * Servers other than the one that Nest's `listen()` opens: those it was given, and those that serve the application without Nest's `listen()`: `app.init()` and `createServer(express).listen()`, as
 * Nest's recipe for several servers has it. One that calls the framework's own function is found when it listens, any
 * other with the first request that comes to a handler. What cannot be found is said.
 */
export class FoundServers {
  readonly #unknown = new UnknownServers();
  #isOver = false;
  #hasFound = false;

  readonly #given = new Set<Server>();

  constructor(private readonly parts: FoundServersParts) {}

  /** Follows a server that Nest does not know; where it is the one that listens, the service is ready when it does. */
  track(server: Server): ReturnType<typeof asHandle> {
    const { settings, traffic, startUp } = this.parts;
    if (!settings.enabled) return asHandle(() => undefined);
    traffic.attach(server);
    this.#given.add(server);
    const undo = onceListening(server, () => startUp.listening());
    return asHandle(() => {
      undo();
      this.#given.delete(server);
      traffic.detach(server);
    });
  }

  /** Lets go of all servers. Those given to {@link track} are closed by nothing else. */
  release(): void {
    this.parts.traffic.detachAll();
    for (const server of this.#given) closeStopped(server);
  }

  /** Begins to look. Returns its undo. */
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

  /** Reminds of a service that is never ready, because nothing of it listens. Returns its undo. */
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

  /** A request has come to a handler, by a server that is not followed. */
  readonly untracked = (response: object): void => {
    if (this.#isOver) return;
    const { traffic, unseen, startUp } = this.parts;
    const server = serverBelow(response);
    if (server !== undefined) {
      this.#follow(server);
      // Above a server of Node it is one of Node's own, or of its HTTP/2, which is the same here.
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

/** Tells of a listener that was closed by the application while routers still sent. */
export function closedElsewhere({ log, unseen }: Pick<FoundServersParts, 'log' | 'unseen'>): (where: string) => void {
  return (where) => {
    log.warn(
      `The server on ${where} was closed by code of the application during the lame duck, while routers still send: new ` +
        'connections are refused. Remove that server.close(); the library closes the listener when routers have gone.',
    );
    const remedy = 'Remove the server.close() of the application, and leave the listener to the library.';
    unseen.add({
      kind: 'servers',
      what: `clients refused since the application closed its server on ${where}`,
      remedy,
    });
  };
}
