import { Agent, type ClientRequest, request } from 'node:http';
import { type Cause, causeOf } from './causes.js';
import { type Router } from './router.js';

/** Clients that keep their connections, or use a new one for each request. */
export type ClientKind = 'keep-alive' | 'fresh';

/** What the clients of one kind saw from the signal on. */
export interface Ledger {
  total: number;
  readonly lost: Partial<Record<Cause, number>>;
  /** Lost at the replica that is not stopped: by the machine or the client, not by the restart. */
  strays: number;
}

/** How often clients ask, and for what. */
export interface ClientLoad {
  readonly kind: ClientKind;
  readonly perSecond: number;
  /** Of the replica that is going to stop. */
  readonly stoppingPort: number;
}

const SLOW = '/slow?ms=500';
/** Every third request is slow. */
const SLOW_EVERY = 3;
const TIMEOUT_MS = 5000;

interface Lost {
  readonly cause: Cause;
  readonly isStray: boolean;
}

/** An open loop: requests are sent at their time, however the earlier ones fare, and never again. */
export class Clients {
  readonly ledger: Ledger = { total: 0, lost: {}, strays: 0 };
  readonly #agent: Agent;
  readonly #pending = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #sent = 0;
  #signalledAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly router: Router,
    private readonly load: ClientLoad,
  ) {
    const { kind, perSecond } = load;
    this.#agent = new Agent({ keepAlive: kind === 'keep-alive', scheduling: 'fifo', maxFreeSockets: 1024 });
    // The agent asks for a connection; where it goes is the router's business.
    this.#agent.createConnection = () => this.router.connect();
    const startedAt = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAt) * perSecond) / 1000);
      while (this.#sent < due) this.#send();
    }, 1000 / perSecond);
  }

  /** From now on what is lost counts; so does what is in flight. */
  signalled(): void {
    this.#signalledAt = performance.now();
    this.ledger.total += this.#pending.size;
  }

  /** Sends no more, and waits for what is on its way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
    this.#agent.destroy();
  }

  #send(): void {
    this.#sent += 1;
    const sentAt = performance.now();
    if (sentAt >= this.#signalledAt) this.ledger.total += 1;
    const pending = this.#ask(this.#sent % SLOW_EVERY === 0 ? SLOW : '/', sentAt).then((outcome) => {
      this.#pending.delete(pending);
      if (outcome !== undefined && performance.now() >= this.#signalledAt) this.#enter(outcome);
    });
    this.#pending.add(pending);
  }

  #enter({ cause, isStray }: Lost): void {
    const { lost } = this.ledger;
    if (isStray) this.ledger.strays += 1;
    else lost[cause] = (lost[cause] ?? 0) + 1;
  }

  #ask(path: string, sentAt: number): Promise<Lost | undefined> {
    return new Promise((resolve) => {
      let hasTimedOut = false;
      const asked: ClientRequest = request({ host: 'service', path, agent: this.#agent });
      const fail = (code?: string, status?: number): void => {
        const seen = {
          code,
          hasTimedOut,
          isReused: asked.reusedSocket,
          isOlderThanSignal: sentAt < this.#signalledAt,
          waitedMs: performance.now() - sentAt,
        };
        const { socket } = asked;
        const isStray = socket !== null && this.router.portOf(socket) !== this.load.stoppingPort;
        resolve({ cause: causeOf(status === undefined ? seen : { ...seen, status }), isStray });
      };
      const timer = setTimeout(() => {
        hasTimedOut = true;
        asked.destroy();
        fail();
      }, TIMEOUT_MS);
      asked.on('close', () => clearTimeout(timer));
      asked.on('error', (error: NodeJS.ErrnoException) => fail(error.code));
      asked.on('response', (response) => {
        const { statusCode = 0 } = response;
        response.on('end', () => (statusCode < 400 ? resolve(undefined) : fail(undefined, statusCode)));
        response.on('error', (error: NodeJS.ErrnoException) => fail(error.code));
        response.resume();
      });
      asked.end();
    });
  }
}
