import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { checkFiles, parsePrintedSettings } from 'nestjs-lifecycle-manifest-check';
import { type PrintedSettings as FullSettings } from 'nestjs-lifecycle/options';
import { deployment, ingress, service } from '../support/manifests.js';
import { NESTS } from '../support/program-kinds.js';
import { type ServiceOptions, startService, stepsOf } from '../support/service.js';

/** All that was printed, with what the manifest check does not read. */
function printedIn(
  output: string,
): ReturnType<typeof parsePrintedSettings> & Pick<FullSettings, 'settings' | 'production' | 'defaults'> {
  return parsePrintedSettings(output) as never;
}

const KINDS = ['express', 'fastify', 'hybrid', 'context', 'tcp'] as const;

describe.each(NESTS)('SHUTDOWN_PRINT_SETTINGS=1 on Nest %i', (nest) => {
  const print = ({ env, ...options }: Omit<ServiceOptions, 'nest'> = {}) =>
    startService({ nest, ...options, env: { SHUTDOWN_PRINT_SETTINGS: '1', ...env } }).exit;

  it.each(KINDS)('prints what a service was told, and ends before anything has started (%s)', async (kind) => {
    const exit = await print({ kind, env: { SHUTDOWN_GRACE_PERIOD: '40', SHUTDOWN_PRE_STOP: '3s' } });
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit)).toEqual([]);
    expect(exit.output).not.toContain('listening');
    const { settings, environment, production, written, defaults } = printedIn(exit.output);
    expect(settings).toMatchObject({
      enabled: true,
      gracePeriodMs: 40_000,
      preStopMs: 3000,
      marginMs: 2000,
      budgetMs: 35_000,
    });
    expect(environment).toMatchObject({
      SHUTDOWN_GRACE_PERIOD: '40',
      SHUTDOWN_PRE_STOP: '3s',
      SHUTDOWN_LAME_DUCK: null,
    });
    expect(settings.lameDuck.maxMs).toBe(0);
    expect(production).toMatchObject({ lameDuck: { minMs: 5000, maxMs: 10_000 }, drainTimeoutMs: 20_000 });
    expect(written).toMatchObject({ gracePeriod: { origin: 'SHUTDOWN_GRACE_PERIOD', value: 40_000 } });
    expect(defaults).toContain('lameDuck');
    expect(defaults).not.toContain('gracePeriod');
  });

  it('prints no variable whose option the code has written, since it has no say', async () => {
    const { output } = await print({ options: { gracePeriod: '50s' }, env: { SHUTDOWN_GRACE_PERIOD: '40' } });
    const { settings, environment, written } = printedIn(output);
    expect(settings.gracePeriodMs).toBe(50_000);
    expect(written.gracePeriod).toEqual({ origin: 'code', value: 50_000 });
    expect(environment).not.toHaveProperty('SHUTDOWN_GRACE_PERIOD');
  });

  it.each([
    ['express', [], 5000],
    ['express', ['long-keep-alive'], 65_000],
    ['fastify', [], 72_000],
    ['fastify', ['long-keep-alive'], 65_000],
    ['hybrid', ['long-keep-alive'], 65_000],
  ] as const)('prints the timeouts that main.ts has given its server (%s, %j)', async (kind, faults, expected) => {
    const { output } = await print({ kind, faults });
    expect(parsePrintedSettings(output).server).toMatchObject({ keepAliveTimeoutMs: expected });
  });

  it.each([
    ['of 5 s', [], ['keep-alive-too-short']],
    ['of 65 s', ['long-keep-alive'], []],
  ])('lets the manifest check compare a keep-alive %s with the load balancer', async (_what, faults, rules) => {
    const { output } = await print({ faults });
    const texts = [deployment(), service(), ingress('alb')];
    const files = texts.map((text, index) => ({ path: `${index}.yaml`, text }));
    const { findings } = checkFiles(files, { settings: parsePrintedSettings(output) });
    expect(findings.map(({ rule }) => rule).filter((rule) => rule === 'keep-alive-too-short')).toEqual(rules);
  });

  it.each([
    ['is created and never started', 'only-created'],
    ['cannot be created, as without its database', 'failing-provider'],
    ['waits for its database for ever', 'slow-provider'],
  ])('prints them without the server where an application %s', async (_what, fault) => {
    const exit = await print({ faults: [fault], ipc: true });
    expect(exit).toMatchObject({ code: 0, signal: null });
    const printed = printedIn(exit.output);
    expect(printed.settings.gracePeriodMs).toBe(30_000);
    expect(printed.server).toBeUndefined();
    expect(exit.output.match(/nestjs-lifecycle\/settings/g)).toHaveLength(1);
  });

  it('opens no port of a microservice that starts before HTTP does', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    // A TCP server's address is an object.
    const { port } = taken.address() as AddressInfo;
    const exit = await print({ kind: 'hybrid', env: { TCP_PORT: String(port) } });
    taken.close();
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(parsePrintedSettings(exit.output).server).toMatchObject({ keepAliveTimeoutMs: 5000 });
  });

  it('prints also what the service would not start with, so that the check can say where it is written', async () => {
    const env = { SHUTDOWN_GRACE_PERIOD: 'soon', SHUTDOWN_LAME_DUCK: '40s' };
    const exit = await print({ env });
    expect(exit).toMatchObject({ code: 0, signal: null });
    const { unreadable, written } = printedIn(exit.output);
    expect(unreadable).toMatchObject([{ source: 'SHUTDOWN_GRACE_PERIOD' }]);
    expect(written.lameDuck?.value).toMatchObject({ maxMs: 40_000 });
    const started = await startService({ nest, env }).exit;
    expect(started.code).not.toBe(0);
    expect(started.output).toContain('SHUTDOWN_GRACE_PERIOD');
  });
});
