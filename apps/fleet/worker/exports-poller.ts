import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { GracefulShutdown } from 'nestjs-lifecycle';
import { DataSource } from 'typeorm';
import { Poll } from '../messages/poll.js';
import { Exporter } from './exporter.js';

/** Takes exports from their table, for a fleet without Redis. One that a dead worker has taken is taken again. */
@Injectable()
export class ExportsPoller implements OnApplicationBootstrap {
  constructor(
    private readonly database: DataSource,
    private readonly exporter: Exporter,
    private readonly shutdown: GracefulShutdown,
  ) {}

  onApplicationBootstrap(): void {
    new Poll('exports', () => this.takeOne()).start(this.shutdown);
  }

  private async takeOne(): Promise<boolean> {
    // TypeORM answers an update with its rows and their count.
    const [rows]: [{ id: string }[], number] = await this.database.query(
      `update exports set status = 'taken', taken_at = now()
        where id = (select id from exports
                     where status = 'queued' or (status = 'taken' and taken_at < now() - interval '30 seconds')
                     order by requested_at limit 1 for update skip locked)
       returning id`,
    );
    const [taken] = rows;
    if (taken === undefined) return false;
    await this.exporter.draw(taken.id);
    return true;
  }
}
