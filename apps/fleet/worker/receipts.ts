import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Message } from '../messages/topics.js';

/** What has been heard of. A message that comes again changes nothing. */
@Injectable()
export class Receipts {
  constructor(private readonly database: DataSource) {}

  async write({ topic, subject }: Message, transaction: EntityManager = this.database.manager): Promise<void> {
    await transaction.query('insert into receipts (topic, subject) values ($1, $2) on conflict do nothing', [
      topic,
      subject,
    ]);
  }
}
