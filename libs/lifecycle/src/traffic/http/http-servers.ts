import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server, type Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { type Carrier } from './connection.js';
import { type Connections } from './connections.js';
import { acceptsConnections } from '../wire/listener-handle.js';
import { onRequests } from '../wire/request-arrivals.js';
import { ServerListeners } from '../wire/server-listeners.js';

/** A Node HTTP, HTTPS or HTTP/2 server. */
export type HttpServer = Server;

/** Gets the events of the servers that are followed. */
export interface ServerObserver {
  attached(server: HttpServer): void;
  /** A server that is followed listens from now on. */
  listens(server: HttpServer): void;
  /** A server has emitted `close`. */
  closed(server: HttpServer): void;
  /** A connection is to speak another protocol, such as a WebSocket. */
  upgradeArrived(): void;
  readonly requestArrived: (request: IncomingMessage, response: ServerResponse) => void;
}

/** The HTTP servers that are followed, and the listeners for their connections and requests. */
export class HttpServers {
  readonly #listeners = new ServerListeners();

  constructor(
    private readonly connections: Connections,
    private readonly observer: ServerObserver,
  ) {}

  get isListening(): boolean {
    return this.all().some(acceptsConnections);
  }

  includes(server: HttpServer): boolean {
    return this.#listeners.has(server);
  }

  all(): readonly HttpServer[] {
    return [...this.#listeners.servers];
  }

  /** Starts following a server; before its framework's own listeners, so that nothing is missed. */
  attach(server: HttpServer): void {
    const listeners = this.#listeners;
    if (listeners.has(server)) return;
    listeners.add(server);
    const { connections, observer } = this;
    observer.attached(server);
    listeners.keep(server, onRequests(server, observer.requestArrived));
    const isToBeSecured = server instanceof TlsServer;
    listeners.listen(server, 'connection', (socket: Socket) => connections.accept(socket, { isToBeSecured }));
    listeners.listen(server, 'secureConnection', (socket: Socket) => connections.secured(socket));
    listeners.listen(server, 'session', (session: Carrier) => connections.sessionBegan(session));
    listeners.listen(server, 'listening', () => observer.listens(server));
    listeners.listen(server, 'close', () => observer.closed(server));
    // Only where other code listens: without a listener, Node answers an upgrade like any request, and closes a
    // `CONNECT`.
    for (const event of ['upgrade', 'connect']) {
      listeners.listenIfOthersDo(server, event, (request: IncomingMessage) => {
        connections.upgraded(request);
        observer.upgradeArrived();
      });
    }
  }

  /** Adds an undo, which is called when the server is detached. */
  keep(server: HttpServer, undo: () => void): void {
    this.#listeners.keep(server, undo);
  }

  /** Removes from a server all that was added to it. */
  detach(server: HttpServer): void {
    this.#listeners.remove(server);
  }

  /** Does that for all servers. */
  detachAll(): void {
    for (const server of this.all()) this.detach(server);
  }
}
