import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Ledger } from '../ledger.js';
import { Client } from './client.js';
import { drawer } from './drawer.js';
import { follower } from './follower.js';
import { buyer, exporter, reader, signIn, uploader, visitor } from './http-players.js';
import { newPromised, type Player, type Promised } from './world.js';

/** The mixed load: each plays until it is stopped. */
const PLAYERS: readonly Player[] = [
  reader,
  reader,
  buyer,
  buyer,
  uploader,
  exporter,
  exporter,
  visitor,
  drawer,
  follower,
];

const CREATED = z.object({ id: z.uuid() });

/** Clients of every kind, at the same time. */
export class Load {
  readonly promised: Promised = newPromised();
  private readonly stopped = new AbortController();
  private readonly client: Client;
  private playing: Promise<unknown> | undefined;

  constructor(
    gatewayUrl: string,
    private readonly socketUrl: string,
    private readonly ledger: Ledger,
  ) {
    this.client = new Client(gatewayUrl);
  }

  async start(): Promise<void> {
    const { client, ledger, promised, socketUrl } = this;
    const json = { email: `${randomUUID()}@example.com`, password: randomUUID() };
    await client.ask({ method: 'POST', path: '/v1/auth/users', json, expected: 201 });
    const token = await signIn(client, json);
    const created = await client.ask({
      method: 'POST',
      path: '/v1/diagrams',
      token,
      json: { title: 'a fleet' },
      expected: 201,
    });
    const diagram = CREATED.parse(created).id;
    const world = { client, ledger, promised, token, diagram, socketUrl, signal: this.stopped.signal };
    this.playing = Promise.all(PLAYERS.map((play) => play(world)));
  }

  /** Begins nothing more, and resolves when all that was begun has come to its end. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.playing;
    await this.client.close();
  }
}
