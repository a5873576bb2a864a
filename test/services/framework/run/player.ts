// Plays applications for its parent, one after the other, as many as it is asked for. `--list` says what there is.
import { type Kind } from './application.js';
import { applicationNames, loadApplication } from './catalogue.js';
import { play, type Run } from './play.js';
import { isReachable } from './servers.js';

/** What the parent is told of a run. */
export interface Played {
  readonly observation?: Awaited<ReturnType<typeof play>>;
  readonly error?: string;
}

/** What `--list` says of an application. */
export interface Entry {
  readonly name: string;
  readonly shows: string;
  readonly kinds: readonly Kind[];
  readonly hasUnseenWork: boolean;
  readonly isFollowed: boolean;
  /** The servers that it needs and that do not run. */
  readonly lacks: readonly string[];
}

async function list(): Promise<void> {
  const entries = applicationNames().map(async (name): Promise<Entry> => {
    const { shows, kinds, needs = [], hasUnseenWork = false, isFollowed = false } = await loadApplication(name);
    const there = await Promise.all(needs.map((server) => isReachable(server)));
    return {
      name,
      shows,
      kinds,
      hasUnseenWork,
      isFollowed,
      lacks: needs.filter((_, index) => there[index] !== true).map((server) => server.name),
    };
  });
  console.log(JSON.stringify(await Promise.all(entries)));
}

async function answer(run: Run): Promise<void> {
  let played: Played;
  try {
    played = { observation: await play(await loadApplication(run.name), run) };
  } catch (error) {
    played = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(played);
}

if (process.argv.includes('--list')) void list();
else process.on('message', (run: Run) => void answer(run));
