import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { pause } from './client.js';
import type { Player, World } from './world.js';

const MESSAGE = z.object({
  event: z.enum(['joined', 'saved', 'edited', 'exception']),
  data: z.looseObject({ id: z.string().optional(), version: z.number().optional() }),
});

/** The server says that it goes: the client comes back, to another instance. */
const GOING_AWAY = 1001;
const EVERY_MS = 150;
const SILENCE_MS = 20_000;

/** One connection of someone who draws. */
class Drawing {
  private readonly socket: WebSocket;
  private answered: (() => void) | undefined;
  closeCode: number | undefined;

  constructor(
    private readonly world: World,
    private readonly state: DrawingState,
  ) {
    this.socket = new WebSocket(world.socketUrl, { handshakeTimeout: SILENCE_MS });
    this.socket.on('message', (message: Buffer) => this.read(message.toString()));
    this.socket.on('error', (error) => world.ledger.lost('sockets', `the connection failed: ${error.message}`));
    this.socket.on('close', (code) => {
      this.closeCode = code;
      this.answered?.();
    });
  }

  /** Draws until the signal, or until the server goes. */
  async draw(): Promise<void> {
    const { token, diagram, signal } = this.world;
    if (!(await this.opened())) return this.closed();
    await this.ask('join', { token, diagram, after: this.state.seen });
    while (!signal.aborted && this.closeCode === undefined) {
      this.state.pending ??= this.begin();
      await this.ask('edit', { id: this.state.pending, shape: 'circle' });
      await pause(EVERY_MS, signal);
    }
    // What was not answered before the close is sent again on the next connection.
    if (this.closeCode === undefined) this.socket.close(1000);
    await this.closed();
  }

  private opened(): Promise<boolean> {
    return new Promise((resolve) => {
      this.socket.once('open', () => resolve(true));
      this.socket.once('close', () => resolve(false));
    });
  }

  private begin(): string {
    this.world.ledger.begin('edits');
    return randomUUID();
  }

  private async ask(event: string, data: object): Promise<void> {
    if (this.closeCode !== undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<void>((resolve) => (timer = setTimeout(resolve, SILENCE_MS)));
    const answer = new Promise<void>((resolve) => (this.answered = resolve));
    this.socket.send(JSON.stringify({ event, data }));
    await Promise.race([answer.then(() => clearTimeout(timer)), silence.then(() => this.tellSilence(event))]);
  }

  private tellSilence(event: string): void {
    this.world.ledger.lost('sockets', `no answer to ${event} within ${SILENCE_MS / 1000} s`);
    this.socket.terminate();
  }

  private read(text: string): void {
    const { event, data } = MESSAGE.parse(JSON.parse(text));
    if (event === 'edited') return this.follow(data.version ?? 0);
    if (event === 'exception') this.world.ledger.lost('edits', `it was refused: ${text}`);
    if (event === 'saved' && data.id !== undefined && data.id === this.state.pending) {
      this.world.promised.edits.set(data.id, data.version ?? 0);
      this.world.ledger.done('edits');
      this.state.pending = undefined;
    }
    this.answered?.();
  }

  /** Edits come in order, each of them. */
  private follow(version: number): void {
    const { ledger } = this.world;
    if (version !== this.state.seen + 1) ledger.lost('edits', `version ${version} came after ${this.state.seen}`);
    this.state.seen = version;
  }

  private async closed(): Promise<void> {
    if (this.socket.readyState !== WebSocket.CLOSED)
      await new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
    const isProper = this.closeCode === GOING_AWAY || this.closeCode === 1000 || this.closeCode === 1005;
    if (!isProper) this.world.ledger.lost('sockets', `it was closed with ${this.closeCode}`);
    else this.world.ledger.done('sockets');
  }
}

interface DrawingState {
  /** The last version that was seen. */
  seen: number;
  /** The edit that no answer has come to. */
  pending: string | undefined;
}

/** Draws over a WebSocket, and comes back when its server goes. */
export const drawer: Player = async (world) => {
  const state: DrawingState = { seen: 0, pending: undefined };
  while (!world.signal.aborted || state.pending !== undefined) {
    world.ledger.begin('sockets');
    await new Drawing(world, state).draw();
    await pause(100, world.signal);
    if (world.signal.aborted && state.pending !== undefined) {
      await settle(world, state);
      return;
    }
  }
};

/** The last edit was not answered before its connection closed: once more. */
async function settle(world: World, state: DrawingState): Promise<void> {
  const goOn = new AbortController();
  world.ledger.begin('sockets');
  const last = new Drawing({ ...world, signal: goOn.signal }, state).draw();
  const timer = setInterval(() => {
    if (state.pending === undefined) goOn.abort();
  }, 20);
  try {
    await last;
  } finally {
    clearInterval(timer);
  }
}
