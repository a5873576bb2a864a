import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { wallClock } from './within.js';

/** What a crowd of clients is told to do. */
export type CrowdCommand =
  | { readonly do: 'open'; readonly port: number; readonly count: number }
  /** So many of them ask, spread over a time; the result comes when all have. `closing`: they say that they will close. */
  | {
      readonly do: 'ask';
      readonly count: number;
      readonly path: string;
      readonly overMs: number;
      readonly closing?: boolean;
    }
  /** Waits until every request that was sent has got its answer or lost its connection. */
  | { readonly do: 'settle' }
  | { readonly do: 'close' };

/** How the requests fared so far. */
export interface CrowdResult {
  readonly open: number;
  readonly asked: number;
  readonly answered: number;
  /** Answered with 4xx or 5xx. */
  readonly failed: number;
  /** Their connection ended before the answer. */
  readonly cut: number;
  /** On the wall clock. */
  readonly lastAnswerAt: number;
}

/** Ports run out at about 28,000 connections from one address; loopback has more addresses than we need. */
const PER_ADDRESS = 8000;
const OPEN_AT_ONCE = 200;

/** Many kept-alive connections of clients that never ask twice. */
export class Crowd {
  readonly #members: Member[] = [];
  readonly #seen = { asked: 0, answered: 0, failed: 0, cut: 0, lastAnswerAt: 0 };
  #settled: () => void = () => undefined;

  async run(command: CrowdCommand): Promise<CrowdResult> {
    if (command.do === 'open') await this.#open(command.port, command.count);
    else if (command.do === 'ask') await this.#ask(command);
    else if (command.do === 'settle') await this.#settle();
    else for (const member of this.#members) member.socket.destroy();
    return { open: this.#members.filter(({ socket }) => !socket.destroyed).length, ...this.#seen };
  }

  async #open(port: number, count: number): Promise<void> {
    for (let opened = 0; opened < count; opened += OPEN_AT_ONCE) {
      const batch = Array.from({ length: Math.min(OPEN_AT_ONCE, count - opened) }, (_, index) => {
        const address = 2 + Math.floor((opened + index) / PER_ADDRESS);
        return this.#join(port, process.platform === 'linux' ? `127.0.0.${address}` : '127.0.0.1');
      });
      this.#members.push(...(await Promise.all(batch)));
    }
  }

  #join(port: number, localAddress: string): Promise<Member> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
      const member: Member = { socket, isWaiting: false, received: '' };
      socket.on('connect', () => resolve(member));
      socket.on('data', (chunk: Buffer) => this.#received(member, chunk));
      socket.on('error', (error) => reject(error));
      socket.on('close', () => this.#ended(member));
    });
  }

  async #ask({ count, path, overMs, closing = false }: CrowdCommand & { readonly do: 'ask' }): Promise<void> {
    const startedAt = performance.now();
    const request = [`GET ${path} HTTP/1.1`, 'Host: bench', ...(closing ? ['Connection: close'] : []), '', ''];
    const free = this.#members.filter((member) => !member.socket.destroyed && !member.isWaiting).slice(0, count);
    for (const [index, member] of free.entries()) {
      while ((performance.now() - startedAt) * count < index * overMs) await sleep(1);
      member.isWaiting = true;
      member.received = '';
      this.#seen.asked += 1;
      if (member.socket.destroyed) this.#ended(member);
      else member.socket.write(request.join('\r\n'));
    }
  }

  #received(member: Member, chunk: Buffer): void {
    member.received += chunk.toString('latin1');
    if (!member.isWaiting || !isComplete(member.received)) return;
    member.isWaiting = false;
    this.#seen.lastAnswerAt = wallClock();
    if (member.received.startsWith('HTTP/1.1 2')) this.#seen.answered += 1;
    else this.#seen.failed += 1;
    this.#lookAround();
  }

  #ended(member: Member): void {
    if (!member.isWaiting) return;
    member.isWaiting = false;
    this.#seen.cut += 1;
    this.#lookAround();
  }

  #settle(): Promise<void> {
    return new Promise((resolve) => {
      this.#settled = resolve;
      this.#lookAround();
    });
  }

  #lookAround(): void {
    const { asked, answered, failed, cut } = this.#seen;
    if (asked === answered + failed + cut) this.#settled();
  }
}

interface Member {
  readonly socket: Socket;
  isWaiting: boolean;
  received: string;
}

/** Answers of the service have a length and a short body. */
function isComplete(received: string): boolean {
  const [head = '', body] = received.split('\r\n\r\n');
  return body !== undefined && body.length >= Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
}
