import { Agent, request, type ClientRequest } from 'node:http';
import { type Socket } from 'node:net';
import { type Address, authorityOf, openSocket } from '../address.js';
import { type Question } from '../question.js';
import { ConnectionLife } from '../connection-life.js';
import { type Way } from '../exchange.js';

/** How a request asks for its connection to go on. */
export type Persistence = 'keep-alive' | 'close';

/**
 * One connection to the service, with one request at a time. It is opened at once, never opened again, and used for as long as the
 * server has not said that it ends it: a client that has read a FIN does not send on it, one that has not yet read it does.
 */
export class Http1Connection implements Way {
  hasOpened = false;
  localPort: number | undefined;
  readonly life = new ConnectionLife();
  /** How many requests it has been given. */
  uses = 0;
  readonly #socket: Socket;
  readonly #agent: Agent;
  #isEnded = false;

  constructor(
    private readonly address: Address,
    private readonly persistence: Persistence,
  ) {
    this.#socket = openSocket(address);
    this.#agent = new OneSocketAgent(this.#socket);
    this.#socket.once('connect', () => {
      this.hasOpened = true;
      this.localPort = this.#socket.localPort;
    });
    // An idle connection that breaks is no loss; a busy one fails its request.
    this.#socket.on('error', () => this.#end());
    this.#socket.on('end', () => this.#end());
    this.#socket.on('close', () => this.#end());
  }

  /** Whether another request may be sent on it. */
  get isUsable(): boolean {
    return !this.#isEnded;
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** Begins a request. Its body is the caller's to send. */
  ask({ kind, path, headers, body }: Question): ClientRequest {
    this.uses += 1;
    return request({
      agent: this.#agent,
      method: kind.method,
      path,
      headers: {
        host: authorityOf(this.address),
        ...headers,
        connection: this.persistence,
        ...(body !== undefined && { 'content-length': String(body.length) }),
      },
    });
  }

  /** Ends it, whatever it carries. */
  destroy(): void {
    this.#end();
    this.#socket.destroy();
  }

  #end(): void {
    this.#isEnded = true;
  }
}

/**
 * Node's agent makes connections and drops them as it likes, and heeds `Keep-Alive: timeout=`. Real clients and proxies mostly do not;
 * this one keeps its only connection until the server ends it, so that nothing a server does is hidden.
 */
class OneSocketAgent extends Agent {
  #isTaken = false;

  constructor(private readonly socket: Socket) {
    super({ keepAlive: true, maxSockets: 1 });
  }

  override createConnection(): Socket {
    if (this.#isTaken) throw new Error('a connection that has ended was asked to carry a request');
    this.#isTaken = true;
    return this.socket;
  }

  override keepSocketAlive(): boolean {
    return true;
  }
}
