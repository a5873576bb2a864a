import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Audit } from './audit.js';
import { EmbeddedDatabase } from './embedded-database.js';
import { fileOf, Instance } from './instance.js';
import { Ledger, reasonOf } from './ledger.js';
import { ledgerTable } from './ledger-table.js';
import { newPromised } from './load/world.js';
import { Place } from './place.js';
import { seed } from './seed.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const COMMAND = join(ROOT, 'apps/cli/dist/esm/main.js');
const MANIFESTS = join(ROOT, 'deploy/fleet/overlays/production');
const START_MS = 120_000;

/**
 * `nestjs-lifecycle rehearse --manifest deploy/fleet`, with a database, a user, and what is asked; then the database is looked into. The
 * rehearsal knows what became of requests and calls, the ledger what became of the payments, messages and jobs behind them.
 */
async function run(args: readonly string[]): Promise<number> {
  const ledger = new Ledger();
  const database = await EmbeddedDatabase.startUnless(process.env['DATABASE_URL'], process.env);
  try {
    const env = variables(database.url);
    const code = await rehearse(await seed(database.url), env, args);
    await finishWork({ ...process.env, ...env }, ledger);
    console.log(`\nBehind the requests\n${ledgerTable(ledger)}`);
    return code !== 0 ? code : Number(!ledger.isClean);
  } finally {
    await database.stop();
  }
}

/** What the Secret of the fleet has in a cluster, and limits that are no person's. */
function variables(databaseUrl: string): Record<string, string> {
  return {
    // Servers of this machine are what production refuses.
    NODE_ENV: 'development',
    DATABASE_URL: databaseUrl,
    REDIS_URL: process.env['REDIS_URL'] ?? '',
    RABBITMQ_URL: process.env['RABBITMQ_URL'] ?? '',
    JWT_SECRET: randomBytes(32).toString('hex'),
    ADMIN_TOKEN: randomBytes(32).toString('hex'),
    LIMIT_PER_USER: '1000000',
    LIMIT_PER_IP: '1000000',
    COST_DAILY_BUDGET: '1000000',
    // The report reads phases from the log.
    LOG_LEVEL: 'debug',
  };
}

async function rehearse(load: object, env: Readonly<Record<string, string>>, args: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-'));
  try {
    const file = join(folder, 'load.yaml');
    // JSON is YAML.
    await writeFile(file, JSON.stringify(load));
    const pairs = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const told = ['rehearse', '--manifest', MANIFESTS, '--front', 'gateway', '--load', file, ...pairs, ...args];
    const child = spawn(process.execPath, [COMMAND, ...told], { cwd: ROOT, stdio: 'inherit' });
    const [code] = (await once(child, 'exit')) as [number | null]; // as child_process says
    return code ?? 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** All have stopped with the rehearsal. Others do what was left in the queues, as the next instances would. */
async function finishWork(env: Readonly<Record<string, string | undefined>>, ledger: Ledger): Promise<void> {
  // With a broker it is `diagrams` that publishes the outbox.
  const services = env['RABBITMQ_URL'] ? ['worker', 'diagrams'] : ['worker'];
  const others = await Promise.all(
    services.map(async (name) => new Instance(await Place.create(name), { file: fileOf(name), env })),
  );
  try {
    await Promise.all(others.map((instance) => instance.waitForLine(/^listening on /, START_MS)));
    await new Audit(env['DATABASE_URL'] ?? '', ledger, newPromised()).run();
  } finally {
    await Promise.all(others.map((instance) => instance.stop()));
  }
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(reasonOf(error));
  process.exitCode = 1;
}
