import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server, type Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { type Carrier } from './connection.js';
import { type Connections } from './connections.js';
import { acceptsConnections } from '../wire/listener-handle.js';
import { ServerListeners } from '../wire/server-listeners.js';

/** A Node HTTP, HTTPS or HTTP/2 server. */
export type HttpServer = Server;

/** What is told of the servers that are followed. */
export interface ServerObserver {
  attached(server: HttpServer): void;
  /** A server that is followed listens from now on. */
  listens(server: HttpServer): void;
  /** It tells that it is closed. */
  closed(server: HttpServer): void;
  readonly requestArrived: (request: IncomingMessage, response: ServerResponse) => void;
}

/** The HTTP servers that are followed: what connects to them, and what is asked of them. */
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
    listeners.listen(server, 'request', observer.requestArrived);
    // Where these are listened to, their requests do not come as 'request', or only later.
    listeners.join(server, 'checkContinue', observer.requestArrived);
    listeners.join(server, 'checkExpectation', observer.requestArrived);
    const isToBeSecured = server instanceof TlsServer;
    listeners.listen(server, 'connection', (socket: Socket) => connections.accept(socket, { isToBeSecured }));
    listeners.listen(server, 'secureConnection', (socket: Socket) => connections.secured(socket));
    listeners.listen(server, 'session', (session: Carrier) => connections.sessionBegan(session));
    listeners.listen(server, 'listening', () => observer.listens(server));
    listeners.listen(server, 'close', () => observer.closed(server));
    // Somebody listens: otherwise Node answers the one like any request, and ends the connection of the other.
    for (const event of ['upgrade', 'connect']) {
      listeners.join(server, event, (request: IncomingMessage) => connections.upgraded(request));
    }
  }

  /** Something to be undone when the server is let go of. */
  keep(server: HttpServer, undo: () => void): void {
    this.#listeners.keep(server, undo);
  }

  /** Takes everything off a server again. */
  detach(server: HttpServer): void {
    this.#listeners.remove(server);
  }

  /** Takes everything off all servers again. */
  detachAll(): void {
    for (const server of this.all()) this.detach(server);
  }
}
