import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Client, pause } from './client.js';
import type { Player } from './world.js';

const CREATED = z.object({ id: z.uuid() });
const UPLOADED = z.object({ id: z.uuid(), sha256: z.string(), bytes: z.number() });
const SIGNED_IN = z.object({ token: z.string() });
const EXPORTED = z.object({ status: z.string(), drawing: z.string().nullable() });

const EXPORT_LOOKS = 150;
const EXPORT_LOOK_MS = 200;
/** An upload takes its time: it shall be cut in the middle, if it can be. */
const UPLOAD_CHUNKS = 8;
const UPLOAD_CHUNK_BYTES = 16_384;
const UPLOAD_CHUNK_MS = 60;

/** Repeats a piece of work until the signal. One that fails is in the ledger; the next one is tried all the same. */
async function repeat(signal: AbortSignal, everyMs: number, piece: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    // It is in the ledger.
    await piece().catch(() => undefined);
    await pause(everyMs, signal);
  }
}

/** Reads a diagram, and makes one now and then. */
export const reader: Player = ({ client, ledger, token, diagram, signal }) =>
  repeat(signal, 50, async () => {
    const path = `/v1/diagrams/${diagram}`;
    for (let count = 0; count < 5; count += 1)
      await ledger.count('requests', `GET ${path}`, () => client.ask({ path, token, expected: 200 }));
    await ledger.count('requests', 'POST /v1/diagrams', () =>
      client.ask({ method: 'POST', path: '/v1/diagrams', token, json: { title: 'one more' }, expected: 201 }),
    );
    await ledger.count('requests', 'GET /v1/budget/status', () =>
      client.ask({ path: '/v1/budget/status', token, expected: 200 }),
    );
  });

/** Signs in and out. */
export const visitor: Player = ({ client, ledger, signal }) =>
  repeat(signal, 200, () => ledger.count('sign-ins', 'a visit', () => visit(client)));

async function visit(client: Client): Promise<void> {
  const json = { email: `${randomUUID()}@example.com`, password: randomUUID() };
  await client.ask({ method: 'POST', path: '/v1/auth/users', json, expected: 201 });
  const token = await signIn(client, json);
  await client.ask({ path: '/v1/auth/session', token, expected: 200 });
  await client.ask({ method: 'DELETE', path: '/v1/auth/session', token, expected: 204 });
  await client.ask({ path: '/v1/auth/session', token, expected: 401 });
}

/** @returns the token */
export async function signIn(client: Client, json: { email: string; password: string }): Promise<string> {
  const answer = await client.ask({ method: 'POST', path: '/v1/auth/sessions', json, expected: 201 });
  return SIGNED_IN.parse(answer).token;
}

/** Orders, and pays. */
export const buyer: Player = ({ client, ledger, promised, token, signal }) =>
  repeat(signal, 50, async () => {
    const amount = 100 + Math.floor(Math.random() * 10_000);
    const json = { item: 'credits', amount };
    const answer = await ledger.count('orders', 'POST /v1/orders', () =>
      client.ask({ method: 'POST', path: '/v1/orders', token, json, expected: 201 }),
    );
    promised.orders.set(CREATED.parse(answer).id, amount);
  });

/** Uploads images, slowly. */
export const uploader: Player = ({ client, ledger, promised, token, diagram, signal }) =>
  repeat(signal, 100, () =>
    ledger.count('uploads', 'an upload', async () => {
      const image = randomBytes(UPLOAD_CHUNKS * UPLOAD_CHUNK_BYTES);
      const path = `/v1/diagrams/${diagram}/images`;
      const answer = await client.ask({ method: 'POST', path, token, body: formOf(image), expected: 201 });
      const { id, sha256, bytes } = UPLOADED.parse(answer);
      const sent = createHash('sha256').update(image).digest('hex');
      if (sha256 !== sent || bytes !== image.length)
        throw new Error(`${bytes} of ${image.length} bytes came, or others`);
      promised.images.set(id, sha256);
    }),
  );

/** A form with one file, which is sent bit by bit. */
function formOf(image: Buffer): { chunks: AsyncIterable<Buffer>; type: string; length: number } {
  const boundary = randomUUID();
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="image.bin"\r\n` +
      'content-type: application/octet-stream\r\n\r\n',
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    chunks: slowly([head, image, tail]),
    type: `multipart/form-data; boundary=${boundary}`,
    length: head.length + image.length + tail.length,
  };
}

async function* slowly(parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    for (let from = 0; from < part.length; from += UPLOAD_CHUNK_BYTES) {
      yield part.subarray(from, from + UPLOAD_CHUNK_BYTES);
      await pause(UPLOAD_CHUNK_MS, new AbortController().signal);
    }
  }
}

/** Asks for exports, and waits for them. */
export const exporter: Player = ({ client, ledger, promised, token, diagram, signal }) =>
  repeat(signal, 100, () =>
    ledger.count('jobs', 'an export', async () => {
      const path = `/v1/diagrams/${diagram}/exports`;
      const { id } = CREATED.parse(await client.ask({ method: 'POST', path, token, expected: 202 }));
      promised.exports.add(id);
      await exported(client, id, token);
    }),
  );

async function exported(client: Client, id: string, token: string): Promise<void> {
  for (let look = 0; look < EXPORT_LOOKS; look += 1) {
    const answer = EXPORTED.parse(await client.ask({ path: `/v1/exports/${id}`, token, expected: 200 }));
    if (answer.status === 'done' && answer.drawing !== null) return;
    await pause(EXPORT_LOOK_MS, new AbortController().signal);
  }
  throw new Error(`export ${id} was not made within ${(EXPORT_LOOKS * EXPORT_LOOK_MS) / 1000} s`);
}
