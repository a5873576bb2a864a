import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { BSON } from 'mongodb';

const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

type Doc = BSON.Document;

/** What a server of MongoDB 7 says of itself, as far as drivers ask. */
const HELLO = {
  ...{ ok: 1, helloOk: true, isWritablePrimary: true, ismaster: true, readOnly: false, connectionId: 1 },
  ...{ maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 100_000 },
  ...{ minWireVersion: 0, maxWireVersion: 21, logicalSessionTimeoutMinutes: 30 },
};

/**
 * A server that speaks the wire protocol of MongoDB on a real socket: `hello`, `ping`, `insert`, `find`, `endSessions`. It keeps
 * what it gets in memory, and can hold back what it answers to an insert.
 * https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
export class MongoServer {
  readonly inserted: string[] = [];
  /** Awaited before an insert is answered. */
  beforeInsert: () => Promise<void> = () => Promise.resolve();
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#serve(socket));

  static async start(): Promise<MongoServer> {
    const server = new MongoServer();
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get url(): string {
    // Of a server that listens on a port.
    return `mongodb://127.0.0.1:${(this.#server.address() as AddressInfo).port}/test`;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      while (rest.length >= HEADER_BYTES && rest.length >= rest.readInt32LE(0)) {
        const length = rest.readInt32LE(0);
        void this.#handle(socket, rest.subarray(0, length));
        rest = rest.subarray(length);
      }
    });
  }

  async #handle(socket: Socket, message: Buffer): Promise<void> {
    const [id, opCode] = [message.readInt32LE(4), message.readInt32LE(12)];
    const command = opCode === OP_QUERY ? queryIn(message) : commandIn(message);
    const answer = BSON.serialize(await this.#answer(command));
    if (!socket.destroyed) socket.write(opCode === OP_QUERY ? replyTo(id, answer) : messageTo(id, answer));
  }

  async #answer(command: Doc): Promise<Doc> {
    const [name = ''] = Object.keys(command);
    if (/^(hello|ismaster)$/i.test(name)) return { ...HELLO, localTime: new Date() };
    if (name === 'insert') return this.#insert(command);
    if (name === 'find') return { ok: 1, cursor: { id: BSON.Long.ZERO, ns: 'test.any', firstBatch: [] } };
    return { ok: 1 };
  }

  async #insert(command: Doc): Promise<Doc> {
    await this.beforeInsert();
    // Of an `insert`.
    const documents = command['documents'] as Doc[];
    for (const { _id } of documents) this.inserted.push(`${String(command['insert'])} ${String(_id)}`);
    return { ok: 1, n: documents.length };
  }
}

/** The document of an OP_QUERY: flags, the name of a collection, two numbers, and the document. */
function queryIn(message: Buffer): Doc {
  const name = message.indexOf(0, HEADER_BYTES + 4);
  return BSON.deserialize(message.subarray(name + 9));
}

/** The sections of an OP_MSG as one document: its body, and sequences of documents by their names. */
function commandIn(message: Buffer): Doc {
  const command: Doc = {};
  let at = HEADER_BYTES + 4;
  while (at < message.length) {
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (message[at] === 0) Object.assign(command, BSON.deserialize(section));
    else Object.assign(command, sequenceIn(section));
    at += 1 + size;
  }
  return command;
}

function sequenceIn(section: Buffer): Doc {
  const end = section.indexOf(0, 4);
  const documents: Doc[] = [];
  for (let at = end + 1; at < section.length; at += section.readInt32LE(at)) {
    documents.push(BSON.deserialize(section.subarray(at, at + section.readInt32LE(at))));
  }
  return { [section.toString('utf8', 4, end)]: documents };
}

function headerTo(id: number, opCode: number, bytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  for (const [index, value] of [HEADER_BYTES + bytes, 0, id, opCode].entries()) header.writeInt32LE(value, index * 4);
  return header;
}

function replyTo(id: number, document: Uint8Array): Buffer {
  const fields = Buffer.alloc(20);
  fields.writeInt32LE(1, 16);
  return Buffer.concat([headerTo(id, OP_REPLY, fields.length + document.length), fields, document]);
}

function messageTo(id: number, document: Uint8Array): Buffer {
  const flagsAndKind = Buffer.alloc(5);
  return Buffer.concat([headerTo(id, OP_MSG, flagsAndKind.length + document.length), flagsAndKind, document]);
}
