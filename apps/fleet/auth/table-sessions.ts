import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Sessions } from './sessions.js';

/** Sessions in the database, for a fleet without Redis. */
export class TableSessions extends Sessions {
  constructor(
    private readonly database: DataSource,
    private readonly ttlSeconds: number,
  ) {
    super();
  }

  async open(userId: string): Promise<string> {
    const id = randomUUID();
    await this.database.query(
      `insert into sessions (id, user_id, expires_at) values ($1, $2, now() + $3 * interval '1 second')`,
      [id, userId, this.ttlSeconds],
    );
    return id;
  }

  async isOpen(id: string): Promise<boolean> {
    const rows: unknown[] = await this.database.query('select 1 from sessions where id = $1 and expires_at > now()', [
      id,
    ]);
    return rows.length === 1;
  }

  async close(id: string): Promise<void> {
    await this.database.query('delete from sessions where id = $1', [id]);
  }
}
