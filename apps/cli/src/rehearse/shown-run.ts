import { type Rehearsal } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { showProgress } from './progress.js';
import { type RehearseFlags } from './rehearse-flags.js';

/** How a run tells what it waits for, and that it begins. */
interface Shown {
  readonly onWaiting: (text: string) => void;
  readonly onBegin: (begun: Parameters<typeof showProgress>[0]) => void;
}

/** Plays one run with its progress in the terminal, unless the user wants none. */
export async function playShown(
  play: (shown: Shown) => Promise<Rehearsal>,
  { quiet }: Pick<RehearseFlags, 'quiet'>,
  terminal: Terminal,
): Promise<Rehearsal> {
  let stop: () => void = () => undefined;
  try {
    return await play({
      onWaiting: (text) => {
        if (!quiet) terminal.stdout.write(`${text}\n`);
      },
      onBegin: (begun) => {
        if (!quiet) stop = showProgress(begun, terminal);
      },
    });
  } finally {
    stop();
  }
}
