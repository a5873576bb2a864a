import { Injectable } from '@nestjs/common';
import { HealthComponent, type HealthComponentCheck, ReadinessGate, type ReadinessCheck } from 'nestjs-lifecycle';
import { DataSource } from 'typeorm';

/** The database for readiness, asked with every probe, and for the health monitor, which scores it. */
@Injectable()
@ReadinessGate({ name: 'database', timeout: '2s' })
@HealthComponent({ name: 'database', timeout: '2s' })
export class DatabaseHealth implements ReadinessCheck, HealthComponentCheck {
  constructor(private readonly database: DataSource) {}

  async check(): Promise<void> {
    await this.database.query('select 1');
  }
}
