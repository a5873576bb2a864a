import { itNeeds } from '../../support/machine.js';
import { comparable } from './differences.js';
import { listApplications, type NestMajor, PlayerProcess } from './player-process.js';
import { type Kind } from './run/application.js';
import { type Entry } from './run/player.js';
import { type Mode } from './run/start.js';
import { serveAndStop } from './served-process.js';

/** What the suite promises to cover. */
const FEWEST = 60;

/** Plays every application on a Nest, plain and with the module: what can be seen of it must be the same. */
export function testFramework(nest: NestMajor): void {
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

  const runs = entries.flatMap((entry, index) => entry.kinds.map((kind) => ({ ...entry, kind, index })));
  for (const { name, shows, kind, ...entry } of runs) {
    const outcome = entry.hasUnseenWork ? 'unverified' : 'clean';
    const byCode = async (): Promise<readonly string[]> => {
      const [plain, guarded] = await Promise.all([
        players.plain.play({ name, kind, mode: 'plain' }),
        players['with the module'].play({ name, kind, mode: 'with the module' }),
      ]);
      expect(comparable(guarded)).toEqual(comparable(plain));
      // A run in which nothing happened proves nothing.
      expect(plain.journal.filter((line) => !line.startsWith('hook '))).not.toEqual([]);
      expect(guarded.report).toMatchObject({ outcome, exitCode: 0 });
      return plain.journal;
    };
    const needs = { name: entry.lacks.join(' and '), isAvailable: entry.lacks.length === 0 };
    if (kind !== signalledKind(entry, nest)) {
      itNeeds(needs, `${name} (${kind}): ${shows}`, async () => void (await byCode()));
      continue;
    }
    itNeeds(needs, `${name} (${kind}; also ended by SIGTERM): ${shows}`, async () => {
      const [journal, stopped] = await Promise.all([byCode(), serveAndStop({ name, kind }, nest)]);
      // What a context does when a signal comes, a command or a loop, is its own.
      const ended = kind === 'context' && !entry.isFollowed ? 'unverified' : outcome;
      expect(stopped).toMatchObject({ code: 0, report: { outcome: ended, exitCode: 0 } });
      expect(stopped.noted).toEqual(journal.map(bySignal));
    });
  }
}

/** The kind that also runs in a process of its own: one on each major, so that every application has both adapters. */
function signalledKind({ kinds, index }: Pick<Entry, 'kinds'> & { index: number }, nest: NestMajor): Kind | undefined {
  return kinds[(index + nest) % kinds.length];
}

/** Nest tells its later hooks which signal it was. */
function bySignal(line: string): string {
  return /^hook (before|on)ApplicationShutdown/.test(line) ? `${line}SIGTERM` : line;
}
