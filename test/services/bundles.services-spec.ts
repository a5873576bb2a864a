import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, startFile } from '../support/program.js';
import { programFolders, root } from '../support/repository.js';
import { reportOf, stepsOf } from '../support/service.js';

/** What Nest asks for only where it is used; not in the bundle. */
const EXTERNAL = [
  ...['class-validator', 'class-transformer', '@fastify/static', '@fastify/view', '@nestjs/platform-socket.io'],
  ...['@grpc/*', '@nats-io/*', 'amqplib', 'amqp-connection-manager', 'ioredis', 'kafkajs', 'mqtt', 'nats'],
];
const folder = join(root, 'dist/bundles');

/** How each bundler makes one minified file of a program. */
const BUNDLERS = {
  'esbuild@0.28.2': (file: string, out: string) => [
    ...[file, '--bundle', '--minify', '--platform=node', '--format=cjs', '--log-level=error', `--outfile=${out}`],
    ...EXTERNAL.map((name) => `--external:${name}`),
  ],
  'bun@1.4.5': (file: string, out: string) => [
    ...['build', file, '--minify', '--target=node', '--format=cjs', `--outfile=${out}`],
    ...EXTERNAL.flatMap((name) => ['-e', name]),
  ],
} as const;

describe.each(Object.entries(BUNDLERS))('a service in one file, minified by %s', (bundler, commandLine) => {
  const bundle = join(folder, `${bundler}.cjs`);
  const start = (env: Record<string, string>): Program => startFile(bundle, { env });

  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    const command = ['--yes', bundler, ...commandLine(join(programFolders[12], 'service.js'), bundle)];
    execFileSync('npx', command, { cwd: root, stdio: 'inherit' });
  });

  it('stops in order at SIGTERM', async () => {
    const program = start({ FAULTS: 'open-handle' });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    const steps = ['outbox.leave lame-duck SIGTERM', 'outbox.flush', 'outbox.close', 'database.destroy'];
    expect(stepsOf(exit)).toEqual(expect.arrayContaining(steps));
    expect(reportOf(exit)).toMatchObject({ reason: 'SIGTERM', outcome: 'clean' });
  });

  it('stops at a signal that only Nest listens to', async () => {
    const program = start({ HOOK_SIGNALS: 'SIGUSR2' });
    await program.waitForLine(/^listening on/);
    program.signal('SIGUSR2');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({ reason: 'SIGUSR2', signal: 'SIGUSR2', outcome: 'clean' });
  });
});
