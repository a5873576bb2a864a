import { checkFiles, type CheckResult } from '../check-files.js';
import { obstacleIn } from './command.js';

function checked(files: Readonly<Record<string, string>>): CheckResult {
  return checkFiles(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    { facts: { usesModule: true } },
  );
}

describe('what a script of the image starts', () => {
  const Dockerfile = 'FROM node:24\nCOPY run.sh /run.sh\nCMD ["sh", "/run.sh"]\n';

  it('is looked at for the time of a process manager', () => {
    const script = '#!/bin/sh\nnpx prisma migrate deploy\nexec pm2-runtime dist/main.js\n';
    const { findings } = checked({ Dockerfile, 'run.sh': script });
    expect(findings).toMatchObject([
      {
        rule: 'process-manager-kills-early',
        severity: 'error',
        file: 'Dockerfile',
        message: expect.stringMatching(/pm2-runtime waits 1.6s \(pm2-runtime is started by run.sh\)$/) as unknown,
        remedy: 'ENV PM2_KILL_TIMEOUT=30000',
      },
    ]);
  });

  it('is fine where it gives way to the service', () => {
    expect(checked({ Dockerfile, 'run.sh': '#!/bin/sh\nexec node dist/main.js\n' }).findings).toEqual([]);
  });

  it('keeps what only the shell can expand', () => {
    const { findings } = checked({ Dockerfile, 'run.sh': '#!/bin/sh\nnode main.js "$@"\n' });
    expect(findings).toMatchObject([
      { rule: 'signal-not-forwarded', file: 'run.sh', remedy: 'exec node main.js "$@"' },
    ]);
  });
});

describe('a program of a package that a manager starts', () => {
  it.each([
    [
      ['yarn', 'pm2-runtime', 'start', 'ecosystem.config.js'],
      ['node_modules/.bin/pm2-runtime', 'start', 'ecosystem.config.js'],
    ],
    [
      ['pnpm', 'tsx', 'main.ts'],
      ['node_modules/.bin/tsx', 'main.ts'],
    ],
  ])('is started itself in place of %j', (words, instead) => {
    expect(obstacleIn(words)?.instead.words).toEqual(instead);
  });
});
