import { once } from 'node:events';
import { ArgumentError, readArguments } from './arguments.js';
import { Fleet } from './fleet.js';
import { Ledger, reasonOf } from './ledger.js';
import { ledgerTable } from './ledger-table.js';
import { Page } from './page.js';
import { rollUnderLoad } from './roll.js';

/** More than a person does in a day: the load is no person. */
const LOAD_LIMITS = { LIMIT_PER_USER: '1000000', LIMIT_PER_IP: '1000000', COST_DAILY_BUDGET: '1000000' };

async function run(): Promise<void> {
  const { isRoll, replicas, port, pagePort, ...howLong } = readArguments(process.argv.slice(2));
  const ledger = new Ledger();
  const stop = stopSignal();
  const env = isRoll ? { ...process.env, ...LOAD_LIMITS } : process.env;
  // Who watches a fleet reads what it logs; in a roll, only what was lost matters.
  const onLine = (instance: string, line: string): void => console.log(`${instance} | ${line}`);
  const fleet = new Fleet({ replicas, port, env, ...(!isRoll && { onLine }) }, ledger);
  process.once('exit', () => fleet.kill());
  let progress = 'the fleet starts';
  const tell = (line: string): void => {
    progress = line;
    console.log(line);
  };
  const page = new Page(fleet, ledger, () => progress);
  console.log(`the page is at ${await page.listen(pagePort)}`);
  try {
    await fleet.start();
    tell(`the gateway listens at ${fleet.urlOf('gateway')}`);
    if (isRoll) await rollUnderLoad(fleet, ledger, { ...howLong, signal: stop, tell });
    else if (!stop.aborted) await once(stop, 'abort');
    tell('the fleet stops');
    await fleet.stop();
  } catch (error) {
    ledger.lost('instances', reasonOf(error));
    await fleet.stop();
  }
  await page.close();
  console.log(ledgerTable(ledger));
  process.exitCode = ledger.isClean ? 0 : 1;
}

/** Aborted by Ctrl-C and SIGTERM; a second one ends everything at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1);
      stop.abort();
    });
  }
  return stop.signal;
}

try {
  await run();
} catch (error) {
  console.error(error instanceof ArgumentError ? error.message : error);
  process.exitCode = 1;
}
