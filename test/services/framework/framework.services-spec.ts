import { itNeeds } from '../../support/machine.js';
import { comparable } from './differences.js';
import { listApplications, type NestMajor, PlayerProcess } from './player-process.js';
import { type Mode } from './run/start.js';
import { serveAndStop } from './served-process.js';

const MAJORS: readonly NestMajor[] = [12, 11];
/** What the guard promises to cover. */
const FEWEST = 60;

describe.each(MAJORS)('Nest %i', (nest) => {
  const entries = listApplications(nest);
  const players: Record<Mode, PlayerProcess> = {
    plain: new PlayerProcess(nest),
    'with the module': new PlayerProcess(nest),
  };
  afterAll(() => Promise.all(Object.values(players).map((player) => player.stop())));

  it(`is shown in at least ${FEWEST} applications, each of another kind`, () => {
    expect(new Set(entries.map(({ shows }) => shows)).size).toBe(entries.length);
    expect(entries.length).toBeGreaterThanOrEqual(FEWEST);
  });

  for (const { name, shows, kinds, lacks } of entries) {
    const needs = { name: lacks.join(' and '), isAvailable: lacks.length === 0 };
    for (const kind of kinds) {
      itNeeds(needs, `${name} (${kind}): ${shows}`, async () => {
        const plain = await players.plain.play({ name, kind, mode: 'plain' });
        const guarded = await players['with the module'].play({ name, kind, mode: 'with the module' });
        expect(comparable(guarded)).toEqual(comparable(plain));
        expect(plain.journal.some((line) => !line.startsWith('hook '))).toBe(true);
        expect(guarded.report).toMatchObject({ outcome: 'clean', exitCode: 0 });
      });
    }
    itNeeds(needs, `${name} ends by SIGTERM: everything is closed as without the module, and the report is clean`, () =>
      eachAtOnce(kinds, async (kind) => {
        const plain = await serveAndStop({ name, kind, mode: 'plain' }, nest);
        const guarded = await serveAndStop({ name, kind, mode: 'with the module' }, nest);
        expect({ kind, ...guarded }).toMatchObject({ kind, code: 0, report: { outcome: 'clean', exitCode: 0 } });
        expect({ kind, noted: guarded.noted }).toEqual({ kind, noted: plain.noted });
      }),
    );
  }
});

async function eachAtOnce<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  await Promise.all(items.map((item) => run(item)));
}
