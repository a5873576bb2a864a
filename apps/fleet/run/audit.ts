import { setTimeout } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import type { Kind, Ledger } from './ledger.js';
import type { Promised } from './load/world.js';

/** How long messages and jobs may take to arrive when the load has ended. */
const SETTLE_MS = 60_000;
const LOOK_MS = 250;

/** Looks into the database, as nothing of the fleet: what was acknowledged must be there, whole, and once. */
export class Audit {
  private readonly client: Client;

  constructor(
    databaseUrl: string,
    private readonly ledger: Ledger,
    private readonly promised: Promised,
  ) {
    this.client = new Client({ connectionString: databaseUrl });
  }

  async run(): Promise<void> {
    await this.client.connect();
    try {
      await this.settle();
      await this.checkPayments();
      await this.checkMessages();
      await this.checkJobs();
      await this.checkImages();
      await this.checkEdits();
    } finally {
      await this.client.end();
    }
  }

  /** Waits for what is under way, and says nothing of it: what has not come is found below. */
  private async settle(): Promise<void> {
    const deadline = Date.now() + SETTLE_MS;
    while (Date.now() < deadline && ((await this.unheard()).length > 0 || (await this.unmade()).length > 0))
      await setTimeout(LOOK_MS);
  }

  private async checkPayments(): Promise<void> {
    const orders = await this.rows<{ id: string; amount: number; paid: number | null }>(
      'select orders.id, orders.amount, payments.amount as paid from orders left join payments on order_id = orders.id',
    );
    const paid = new Map(orders.map(({ id, paid }) => [id, paid]));
    for (const { id, amount, paid } of orders)
      this.judge('payments', paid === amount, `order ${id} is half: ${paid} of ${amount} paid`);
    this.losses(
      'orders',
      this.promised.orders,
      ([id, amount]) => paid.get(id) === amount,
      'was answered, and is not there',
    );
  }

  private async checkMessages(): Promise<void> {
    const [row] = await this.rows<{ count: number }>('select count(*)::int as count from outbox');
    const unheard = await this.unheard();
    this.ledger.begin('messages', row?.count ?? 0);
    this.ledger.done('messages', (row?.count ?? 0) - unheard.length);
    for (const message of unheard) this.ledger.lost('messages', `${message} was not heard of`);
  }

  private async checkJobs(): Promise<void> {
    const made = new Set(
      (await this.rows<{ id: string }>(`select id from exports where status = 'done'`)).map(({ id }) => id),
    );
    this.losses('jobs', this.promised.exports, (id) => made.has(id), 'was accepted, and not made');
    const exports = await this.rows<{ id: string }>('select id from exports');
    const unwaited = exports.filter(({ id }) => !this.promised.exports.has(id));
    for (const { id } of unwaited) this.judge('jobs', made.has(id), `export ${id} was asked for, and not made`);
  }

  private async checkImages(): Promise<void> {
    const rows = await this.rows<{ id: string; sha256: string; kept: string }>(
      `select id, sha256, encode(sha256(bytes), 'hex') as kept from images`,
    );
    const kept = new Map(rows.map(({ id, kept }) => [id, kept]));
    this.losses(
      'uploads',
      this.promised.images,
      ([id, digest]) => kept.get(id) === digest,
      'was answered, and is not kept',
    );
    for (const { id, sha256, kept } of rows) if (sha256 !== kept) this.ledger.lost('uploads', `image ${id} is half`);
  }

  private async checkEdits(): Promise<void> {
    const rows = await this.rows<{ id: string; version: number }>('select id, version from edits');
    const versions = new Map(rows.map(({ id, version }) => [id, version]));
    this.losses(
      'edits',
      this.promised.edits,
      ([id, version]) => versions.get(id) === version,
      'was saved, and is not there',
    );
    const torn = await this.rows<{ id: string }>(
      `select diagrams.id from diagrams left join edits on diagram_id = diagrams.id
        group by diagrams.id, diagrams.version having count(edits.id) <> diagrams.version`,
    );
    for (const { id } of torn) this.ledger.lost('edits', `diagram ${id} counts edits that are not there`);
  }

  private async unheard(): Promise<readonly string[]> {
    const rows = await this.rows<{ topic: string; subject: string }>(
      'select topic, subject from outbox except select topic, subject from receipts',
    );
    return rows.map(({ topic, subject }) => `${topic} ${subject}`);
  }

  private async unmade(): Promise<readonly string[]> {
    return (await this.rows<{ id: string }>(`select id from exports where status <> 'done'`)).map(({ id }) => id);
  }

  private judge(kind: Kind, isWhole: boolean, what: string): void {
    this.ledger.begin(kind);
    if (isWhole) this.ledger.done(kind);
    else this.ledger.lost(kind, what);
  }

  private losses<T>(kind: Kind, promised: Iterable<T>, isThere: (one: T) => boolean, what: string): void {
    for (const one of promised) if (!isThere(one)) this.ledger.lost(kind, `${String(one)} ${what}`);
  }

  private async rows<T extends QueryResultRow>(sql: string): Promise<readonly T[]> {
    return (await this.client.query<T>(sql)).rows;
  }
}
