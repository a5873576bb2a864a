import type { ClientProxy } from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { messageClient } from '../support/message-client.js';
import { NESTS } from '../support/program-kinds.js';
import { type Program, startProgram } from '../support/program.js';
import type { NestVersion } from '../support/repository.js';
import { reportOf, stepsOf } from '../support/service.js';

/** Longer than a connection has to be at rest before it is ended. */
const PACE_MS = 300;

/** What became of the messages of one client, which gives up at the first that is not answered. */
interface Ledger {
  answered: number;
  tooLate: number;
  readonly failures: string[];
}

/** Sends one message after the other. */
async function sendAll(client: ClientProxy, ledger: Ledger, paceMs: number): Promise<void> {
  while (ledger.failures.length === 0) {
    try {
      const answer = await firstValueFrom(client.send<string>('work', {}));
      ledger.answered += 1;
      if (answer !== 'worked') ledger.tooLate += 1;
    } catch (error) {
      ledger.failures.push(kindOf(error));
    }
    if (paceMs > 0) await new Promise((resolve) => setTimeout(resolve, paceMs));
  }
}

function kindOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? String(error);
}

async function startClients(program: Program, count: number, paceMs: number) {
  const port = Number(new URL(await program.url()).port);
  const clients = Array.from({ length: count }, () => {
    const ledger: Ledger = { answered: 0, tooLate: 0, failures: [] };
    const client = messageClient(port);
    return { ledger, done: sendAll(client, ledger, paceMs) };
  });
  while (clients.some(({ ledger }) => ledger.answered < 2)) await new Promise((resolve) => setImmediate(resolve));
  return { ledgers: clients.map(({ ledger }) => ledger), done: Promise.all(clients.map(({ done }) => done)) };
}

const start = (nest: NestVersion): Program =>
  startProgram('messages', { nest, env: { OPTIONS: JSON.stringify({ lameDuck: '200ms', gracePeriod: '20s' }) } });

describe.each(NESTS)('a signal to a TCP microservice under load, on Nest %i', (nest) => {
  it.each([
    ['pause', PACE_MS],
    ['never pause', 0],
  ])('answers clients that %s, or counts what it did not answer, and closes its server once', async (_kind, paceMs) => {
    const program = start(nest);
    const { ledgers, done } = await startClients(program, 20, paceMs);
    program.signal('SIGTERM');
    const exit = await program.exit;
    await done;
    const failures = ledgers.flatMap((ledger) => ledger.failures);
    const count = (kind: string): number => failures.filter((failure) => failure === kind).length;
    const { requests, outcome } = reportOf(exit);
    // Refused by the system: sent when there was no server any more, and safe to send again.
    expect(failures.filter((kind) => !['SHUTTING_DOWN', 'ECONNREFUSED', 'Connection closed'].includes(kind))).toEqual(
      [],
    );
    expect(requests.refused).toBe(count('SHUTTING_DOWN'));
    expect(requests.interrupted).toHaveLength(count('Connection closed'));
    expect(outcome).toBe(requests.interrupted.length === 0 ? 'clean' : 'interrupted');
    expect(exit).toMatchObject({ code: outcome === 'clean' ? 0 : 1, signal: null });
    expect(ledgers.reduce((sum, { tooLate }) => sum + tooLate, 0)).toBe(0);
    expect(stepsOf(exit)).toContain('closed 1 times');
  });

  it('works on every event that has come, and says of a stream that was cut short that it cannot tell', async () => {
    const program = start(nest);
    const client = messageClient(Number(new URL(await program.url()).port));
    const ticks = new Promise((resolve) => client.send('ticks', {}).subscribe({ error: resolve }));
    await firstValueFrom(client.send('ticks', {}));
    program.signal('SIGTERM');
    await program.waitForLine(/phase: draining/);
    for (let n = 0; n < 100; n += 1) await lastValueFrom(client.emit('happened', n), { defaultValue: undefined });
    expect(await ticks).toMatchObject({ code: 'SHUTTING_DOWN' });
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit)).toContain('100 events');
    expect(reportOf(exit)).toMatchObject({ outcome: 'unverified', requests: { interrupted: [] } });
    expect(exit.output).toContain('@LongLived(false)');
  });
});
