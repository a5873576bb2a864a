import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../database/database.js';

/** Something that happened, for other services to know. */
export type Message = { topic: string; orderId: number };

const BATCH = 100;

/**
 * The transactional outbox: a message is written in the same transaction as what it tells of, and published later, so
 * that neither is ever there without the other.
 */
@Injectable()
export class Outbox {
  constructor(private readonly database: Database) {}

  /** Writes a message as part of the transaction `sql`. */
  async add(sql: Sql, { topic, orderId }: Message): Promise<void> {
    await sql.query('insert into outbox (topic, order_id) values ($1, $2)', [topic, orderId]);
  }

  /**
   * Hands the oldest unpublished messages to `publish` and marks them published once it resolves. When it rejects, or
   * the process dies in between, they are handed over again: at least once, never lost.
   *
   * @returns how many there were; 0 when nothing is left
   */
  publishBatch(publish: (messages: readonly Message[]) => Promise<void>): Promise<number> {
    return this.database.transaction(async (sql) => {
      const rows = await sql.query<{ id: number; topic: string; order_id: number }>(
        // Several copies of the service may publish at once: each skips what another holds.
        `select id, topic, order_id from outbox where published_at is null
          order by id limit ${BATCH} for update skip locked`,
      );
      if (rows.length === 0) return 0;
      await publish(rows.map((row) => ({ topic: row.topic, orderId: row.order_id })));
      await sql.query('update outbox set published_at = now() where id = any($1)', [rows.map((row) => row.id)]);
      return rows.length;
    });
  }
}
