import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { Settings } from '../stack/settings.js';
import { DatabaseHealth } from './database-health.js';
import { Diagram, Edit, Export, User } from './entities.js';
import { createTables } from './schema.js';

const ENTITIES = [User, Diagram, Edit, Export];

/** The database of the fleet: PostgreSQL at `DATABASE_URL`. Its pool is closed by the lifecycle module, behind everything else. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ variables }: Settings): DataSourceOptions => ({
        type: 'postgres',
        url: variables.DATABASE_URL,
        entities: ENTITIES,
        extra: { max: 5, connectionTimeoutMillis: 5000 },
      }),
      dataSourceFactory: open,
    }),
    TypeOrmModule.forFeature(ENTITIES),
  ],
  providers: [DatabaseHealth],
  exports: [TypeOrmModule],
})
export class StorageModule {}

async function open(options?: DataSourceOptions): Promise<DataSource> {
  if (options === undefined) throw new Error('TypeOrmModule gave no options');
  const database = await new DataSource(options).initialize();
  await createTables(database);
  return database;
}
