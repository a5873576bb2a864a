import { relative, resolve } from 'node:path';
import { linesOf } from 'nestjs-lifecycle-manifest-check';
import { explanationOf } from '../explained-error.js';
import { type Terminal } from '../terminal.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { watchFiles } from './watch-files.js';

/** What is played again and again. */
export interface Watched {
  readonly flags: RehearseFlags;
  readonly terminal: Terminal;
  /** Fires at Ctrl-C. */
  readonly signal: AbortSignal;
  /** Plays once and reports, unless `signal` has ended it. */
  readonly play: (signal: AbortSignal) => Promise<unknown>;
}

/**
 * Plays, and again whenever a file of the service has changed, until Ctrl-C. A change in the middle of a run ends it without a report, for it would be about files that
 * are no longer there. What cannot be played is said, and waits for the next change as well.
 */
export async function playOnChanges({ flags, terminal, signal, play }: Watched): Promise<void> {
  while (!signal.aborted) {
    const change = nextChange(flags, terminal.cwd);
    const interrupt = (): void => change.stop();
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      await play(AbortSignal.any([signal, change.signal])).catch((error: unknown) => {
        const explanation = explanationOf(error);
        if (explanation === undefined) throw error;
        if (!signal.aborted && !change.signal.aborted) terminal.stderr.write(`${linesOf(explanation)}\n`);
      });
      if (!change.signal.aborted && !signal.aborted)
        terminal.stdout.write('\nwaiting for a change; Ctrl-C ends this\n');
      const file = await change.changed;
      if (file !== undefined) terminal.stdout.write(`\n${file} has changed\n`);
    } finally {
      change.stop();
      signal.removeEventListener('abort', interrupt);
    }
  }
}

interface Change {
  /** Fires at the change. */
  readonly signal: AbortSignal;
  /** The file; `undefined` where it was stopped before any. */
  readonly changed: Promise<string | undefined>;
  stop(): void;
}

function nextChange(flags: RehearseFlags, folder: string): Change {
  const controller = new AbortController();
  let stop: () => void = () => undefined;
  const changed = new Promise<string | undefined>((done) => {
    const end = watchFiles({ folder, ownFiles: ownFiles(flags, folder) }, (file) => {
      end();
      done(file);
      controller.abort();
    });
    stop = () => {
      end();
      done(undefined);
    };
  });
  return { signal: controller.signal, changed, stop };
}

/** What the command writes is no change of the service. */
function ownFiles({ html, json, junit, ledger, comment, baseline }: RehearseFlags, folder: string): string[] {
  return [html, json, junit, ledger, comment, baseline].flatMap((file) =>
    file === undefined ? [] : [relative(folder, resolve(folder, file))],
  );
}
