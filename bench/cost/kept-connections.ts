import { type Socket } from 'node:net';
import { learnAnswer, openSocket, REQUEST } from '../serving/load-generator.js';

/** A moment of load on one service. */
export interface Slice {
  readonly port: number;
  readonly ms: number;
}

/** Connections that stay open between the slices of load, so that no slice pays for opening them. */
export class KeptConnections {
  #until = 0;
  #answered = 0;
  #busy = 0;
  #over: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(
    private readonly sockets: readonly Socket[],
    private readonly answerBytes: number,
  ) {
    for (const socket of sockets) this.#follow(socket);
  }

  static async open(port: number, connections: number): Promise<KeptConnections> {
    const answerBytes = await learnAnswer(port);
    const sockets = Array.from({ length: connections }, () => openSocket(port));
    return new KeptConnections(sockets, answerBytes);
  }

  /** Each connection sends its next request when it has its answer, for `ms`. Resolves with the number of answers. */
  ask(ms: number): Promise<number> {
    this.#until = performance.now() + ms;
    this.#answered = 0;
    this.#busy = this.sockets.length;
    for (const socket of this.sockets) socket.write(REQUEST);
    return new Promise((resolve, reject) => {
      this.#over = () => resolve(this.#answered);
      this.#failed = reject;
    });
  }

  #follow(socket: Socket): void {
    let received = 0;
    socket.on('data', ({ length }: Buffer) => {
      received += length;
      if (received < this.answerBytes) return;
      if (received > this.answerBytes) {
        this.#failed?.(new Error(`an answer of ${received} bytes instead of ${this.answerBytes}`));
      }
      received = 0;
      this.#answered += 1;
      if (performance.now() < this.#until) socket.write(REQUEST);
      else this.#rest();
    });
    socket.once('error', (error) => this.#failed?.(error));
    socket.once('close', () => this.#failed?.(new Error('a connection was closed')));
  }

  #rest(): void {
    this.#busy -= 1;
    if (this.#busy === 0) this.#over?.();
  }
}
