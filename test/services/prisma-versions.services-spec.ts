import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, temporaryFolder } from '../package/tarball.js';
import { itNeeds } from '../support/machine.js';
import { npmRegistry } from '../support/package-managers.js';
import { PaymentsLedger, type PaymentsLedgerOptions, type PaymentsResult } from '../support/payments-ledger.js';

/** The first whose engine runs without a binary, and the ends of the majors behind it; the newest is the one of the repository. */
const VERSIONS = ['5.11.0', '6.19.3', '7.0.0'] as const;
const TIME_MS = 240_000;

const folders = new Map<string, string>();

beforeAll(() => {
  if (!npmRegistry.isAvailable) return;
  for (const version of VERSIONS) {
    const folder = temporaryFolder();
    folders.set(version, folder);
    const dependencies = { '@prisma/client': version, '@prisma/adapter-pg': version, pg: '8' };
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'prisma-of-then', private: true, dependencies }),
    );
    npm('install --ignore-scripts --no-audit --no-fund --no-package-lock --prefer-offline', folder);
  }
}, TIME_MS);
afterAll(() => {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
});

function play(version: string, options: Pick<PaymentsLedgerOptions, 'leftOpen' | 'hangs' | 'options'>) {
  const prismaFolder = folders.get(version) ?? '';
  return PaymentsLedger.play({ client: 'prisma', server: 'postgres', stops: 1, prismaFolder, ...options });
}

const closes = ({ ends }: PaymentsResult): unknown =>
  ends.map(({ report }) => report.resources.map(({ name, result }) => `${name}: ${result}`));

describe.each(VERSIONS)('a client of Prisma %s', (version) => {
  const wrong = { half: [], unfounded: [], unnamed: [] };

  itNeeds(
    npmRegistry,
    'is found and closed when the last transaction is committed, unless its service has closed it',
    async () => {
      const [open, extended, own] = await Promise.all([
        play(version, { leftOpen: 'as it is' }),
        play(version, { leftOpen: 'extended' }),
        play(version, {}),
      ]);
      for (const result of [open, extended, own]) {
        expect(result).toMatchObject({ ...wrong, unanswered: [], ends: [{ code: 0, report: { outcome: 'clean' } }] });
      }
      for (const result of [open, extended]) expect(closes(result)).toEqual([['Prisma client PrismaService: closed']]);
      expect(closes(own)).toEqual([['Prisma client PrismaService: closed-before']]);
    },
    TIME_MS,
  );

  itNeeds(
    npmRegistry,
    'leaves no half payment when the deadline cuts in, and what was cut is named',
    async () => {
      const options = { lameDuck: '100ms', drainTimeout: '400ms', hookBudget: '1s', gracePeriod: '6s' } as const;
      const result = await play(version, { hangs: 'for ever', options });
      expect(result).toMatchObject({ ...wrong, finished: [] });
      expect(result.unanswered.length).toBeGreaterThan(0);
      // A query that was cut may have connected it again, and its transaction has no end.
      expect(closes(result)).toEqual([[expect.stringMatching(/^Prisma client PrismaService: (closed|forced)/)]]);
    },
    TIME_MS,
  );
});
