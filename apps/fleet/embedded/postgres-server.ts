import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';

/** Codes of the first message of a connection, https://www.postgresql.org/docs/current/protocol-message-formats.html */
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
/** After these two the server works: a simple query, and the end of an extended one. */
const QUERY = 'Q'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);
const LONGEST = 64 * 1024 * 1024;

/**
 * Serves PGlite, which has one session, to many connections. What a connection sends up to the end of a query runs as a whole, and who
 * has begun a transaction has the database alone until it ends.
 */
export class PostgresServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly database: PGlite) {
    this.server = createServer((socket) => {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.sockets.delete(socket));
      // What fails here has ended its connection: its client sees that.
      void this.serve(socket).catch(() => socket.destroy());
    });
  }

  async listen(port: number): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
    await this.turn;
  }

  private async serve(socket: Socket): Promise<void> {
    let leave: (() => void) | undefined;
    try {
      for await (const query of queriesOf(socket)) {
        leave ??= await this.takeTurn();
        const answer = await this.database.execProtocolRaw(query);
        socket.write(answer);
        // The last message is `ReadyForQuery`: its last byte says whether a transaction is open.
        if (answer.at(-1) !== IDLE) continue;
        leave();
        leave = undefined;
      }
    } finally {
      if (leave) {
        // The client has left in the middle of its transaction.
        await this.database.exec('rollback').finally(leave);
      }
    }
  }

  /** @returns gives the database to the next one */
  private async takeTurn(): Promise<() => void> {
    const before = this.turn;
    let leave = (): void => undefined;
    this.turn = new Promise((resolve) => (leave = resolve));
    await before;
    return leave;
  }
}

/** What a client sends, cut where the server has something to do. The first piece is the start of the session. */
async function* queriesOf(socket: Socket): AsyncGenerator<Uint8Array> {
  const pieces = new Pieces();
  for await (const chunk of socket) {
    if (!Buffer.isBuffer(chunk)) return;
    pieces.add(chunk);
    for (let piece = pieces.next(); piece !== undefined; piece = pieces.next()) {
      if (piece === 'end') return;
      // No encryption: it is all on this machine.
      if (piece === 'encryption') socket.write('N');
      else yield piece;
    }
  }
}

/** Bytes of one connection, cut into what runs as a whole. */
class Pieces {
  private rest = Buffer.alloc(0);
  /** Where the first message begins that is not yet known to end a piece. */
  private at = 0;
  private isStarted = false;

  add(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
  }

  /** @returns `undefined` until more has come */
  next(): Uint8Array | 'encryption' | 'end' | undefined {
    for (let length = this.length; length !== undefined; length = this.length) {
      const type = this.rest[this.at];
      this.at += length;
      if (!this.isStarted) return this.start();
      if (type === TERMINATE) return 'end';
      if (type === QUERY || type === SYNC) return this.cut();
    }
    return undefined;
  }

  private start(): Uint8Array | 'encryption' | 'end' {
    const piece = this.cut();
    const code = piece.readInt32BE(4);
    if (code === CANCEL_REQUEST) return 'end';
    this.isStarted = code !== SSL_REQUEST && code !== GSS_REQUEST;
    return this.isStarted ? piece : 'encryption';
  }

  private cut(): Buffer {
    const piece = this.rest.subarray(0, this.at);
    this.rest = this.rest.subarray(this.at);
    this.at = 0;
    return piece;
  }

  /** The length of the next message; `undefined` while it has not all come. */
  private get length(): number | undefined {
    const letters = this.isStarted ? 1 : 0;
    if (this.rest.length < this.at + letters + 4) return undefined;
    const length = this.rest.readInt32BE(this.at + letters) + letters;
    if (length < 4 || length > LONGEST) throw new Error(`a message of ${length} bytes`);
    return this.rest.length < this.at + length ? undefined : length;
  }
}
