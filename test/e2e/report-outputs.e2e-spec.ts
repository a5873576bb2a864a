import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NESTS } from '../support/program-kinds.js';
import { reportOf, startService } from '../support/service.js';

describe.each(NESTS)('the report of a process, on Nest %i,', (nest) => {
  let folder: string;
  let env: Record<string, string>;
  const message = (): string => readFileSync(join(folder, 'termination-log'), 'utf8');
  const written = (): unknown => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'report-outputs-'));
    writeFileSync(join(folder, 'termination-log'), '');
    env = {
      SHUTDOWN_REPORT_FILE: join(folder, 'report.json'),
      SHUTDOWN_TERMINATION_LOG: join(folder, 'termination-log'),
    };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is in its file and in the termination message after a clean end', async () => {
    const service = startService({ nest, env });
    await service.waitForLine(/listening on/);
    service.signal('SIGTERM');
    const exit = await service.exit;
    expect(exit.code).toBe(0);
    expect(written()).toEqual(reportOf(exit));
    expect(message()).toMatch(/^Stopped in order, .* after SIGTERM\. Exit code 0\.\ntime: /);
    expect(readdirSync(folder).toSorted()).toEqual(['report.json', 'termination-log']);
  });

  it('names the request that was cut', async () => {
    const service = startService({ nest, env, options: { drainTimeout: '200ms' } });
    const url = await service.url();
    const answer = fetch(`${url}/hang`).catch(() => undefined);
    await service.waitForLine(/step: hang\.started/);
    service.signal('SIGTERM');
    const exit = await service.exit;
    await answer;
    expect(exit.code).toBe(1);
    expect(written()).toMatchObject({ outcome: 'interrupted' });
    expect(message()).toMatch(
      /^Stopped .* and cut 1 piece of work that had not finished\. Exit code 1\.\ninterrupted: GET \/hang \d+ ms\n/,
    );
  });

  it('is written when a second signal ends the process, and when code calls process.exit()', async () => {
    const service = startService({ nest, env, faults: ['hanging-hook'], ownGroup: true });
    await service.waitForLine(/listening on/);
    service.signal('SIGTERM');
    // The progress line comes after a second, which is beyond the guard where no wrapper stands in between.
    await service.waitForLine(/waiting for 1 .*hook Outbox\.flush/);
    service.signal('SIGINT');
    expect(await service.exit).toMatchObject({ code: 130 });
    expect(written()).toMatchObject({ outcome: 'forced', exitCode: 130 });
    expect(message()).toMatch(/it was ended by a second SIGINT\. Exit code 130\.\ndid not end: hook Outbox\.flush /);

    const exiting = startService({ nest, env, faults: ['exit-in-hook'] });
    await exiting.waitForLine(/listening on/);
    exiting.signal('SIGTERM');
    expect(await exiting.exit).toMatchObject({ code: 1 });
    expect(message()).toMatch(/it was ended by process\.exit\(\) of .*service\.js.*\. Exit code 1\./);
  });

  it('is written when the budget is used up', async () => {
    const options = { gracePeriod: '3s', drainTimeout: 0, hookBudget: '500ms' } as const;
    const service = startService({ nest, env, faults: ['hanging-destroy', 'open-handle'], options });
    await service.waitForLine(/listening on/);
    service.signal('SIGTERM');
    const exit = await service.exit;
    expect(exit.code).toBe(1);
    expect(written()).toMatchObject({ outcome: 'forced', late: true });
    expect(reportOf(exit).openHandles).toContainEqual({ kind: 'Timeout', count: expect.any(Number) as number });
    expect(message()).toMatch(/was used up\. Exit code 1\.\ndid not end: Database\.onModuleDestroy /);
  });

  it('that cannot be written is a line, and the exit code stays', async () => {
    const missing = join(folder, 'missing', 'report.json');
    const service = startService({ nest, env: { ...env, SHUTDOWN_REPORT_FILE: missing } });
    await service.waitForLine(/listening on/);
    service.signal('SIGTERM');
    const exit = await service.exit;
    expect(exit.code).toBe(0);
    expect(exit.output).toContain(`ERROR [GracefulShutdown] the report was not written to ${missing}: ENOENT`);
  });
});
