import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Message } from './topics.js';

const BATCH = 20;

/**
 * The transactional outbox: a message is written in the transaction of what it tells of, and handed over later, so that neither is
 * ever there without the other.
 */
@Injectable()
export class Outbox {
  constructor(private readonly database: DataSource) {}

  /** Writes a message as part of a transaction. */
  async add(transaction: EntityManager, { topic, subject }: Message): Promise<void> {
    await transaction.query('insert into outbox (topic, subject) values ($1, $2)', [topic, subject]);
  }

  /**
   * Hands the oldest messages over, and marks them once `handOver` resolves. When it rejects, or the process dies in between, they
   * are handed over again.
   *
   * @returns whether there was one
   */
  next(handOver: (messages: readonly Message[], transaction: EntityManager) => Promise<void>): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      const rows: (Message & { id: string })[] = await transaction.query(
        // Each instance skips what another one holds.
        `select id, topic, subject from outbox where published_at is null order by id limit ${BATCH} for update skip locked`,
      );
      if (rows.length === 0) return false;
      await handOver(
        rows.map(({ topic, subject }) => ({ topic, subject })),
        transaction,
      );
      await transaction.query('update outbox set published_at = now() where id = any($1)', [rows.map(({ id }) => id)]);
      return true;
    });
  }
}
