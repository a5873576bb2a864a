import { Audit } from './audit.js';
import type { Arguments } from './arguments.js';
import type { Fleet } from './fleet.js';
import type { Ledger } from './ledger.js';
import { Load } from './load/load.js';

/** What is told while it goes on. */
export type Tell = (line: string) => void;

/** Rolls all services one after the other, under load, until the time or the rounds are over, or the signal comes. */
export async function rollUnderLoad(
  fleet: Fleet,
  ledger: Ledger,
  { minutes, rounds, signal, tell }: Pick<Arguments, 'minutes' | 'rounds'> & { signal: AbortSignal; tell: Tell },
): Promise<void> {
  const load = new Load(
    fleet.urlOf('gateway'),
    `${fleet.urlOf('diagrams').replace('http', 'ws')}/collaboration`,
    ledger,
  );
  await load.start();
  const end = Date.now() + minutes * 60_000;
  try {
    for (let round = 1; (round <= rounds || Date.now() < end) && !signal.aborted; round += 1)
      await rollAll(fleet, signal, (name) => tell(`round ${round}: ${name} is rolled`));
  } finally {
    tell('the load comes to its end');
    await load.stop();
  }
  tell('what was acknowledged is looked for in the database');
  await new Audit(fleet.databaseUrl, ledger, load.promised).run();
}

/** One service after the other. Nothing goes on to the next round, or to the end of the load, before the old instances have ended. */
async function rollAll(fleet: Fleet, signal: AbortSignal, tellName: (name: string) => void): Promise<void> {
  for (const workload of fleet.workloads) {
    if (signal.aborted) return;
    tellName(workload.name);
    await workload.roll();
  }
  await Promise.all(fleet.workloads.map((workload) => workload.stopped()));
}
