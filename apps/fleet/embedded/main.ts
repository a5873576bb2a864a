import { PGlite } from '@electric-sql/pglite';
import { PostgresServer } from './postgres-server.js';

/** PostgreSQL for a fleet without servers: in the memory of this process, for the processes of this machine. */
const port = Number(process.env['PORT'] ?? 5432);
const database = await PGlite.create();
const server = new PostgresServer(database);
await server.listen(port);
console.log(`listening on ${port}`);

// The services have closed their connections by then: they are stopped first.
process.once('SIGTERM', () => void stop());

async function stop(): Promise<void> {
  try {
    await server.close();
    await database.close();
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
