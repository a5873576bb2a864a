import { WebSocket } from 'ws';
import { wallClock } from '../support/within.js';

/** What the clients are told to do. */
export type SocketCommand =
  | { readonly do: 'open'; readonly port: number; readonly count: number }
  | { readonly do: 'settle' };

/** How their connections ended. */
export interface SocketResult {
  /** How many ended with each close code. */
  readonly codes: Readonly<Record<string, number>>;
  /** On the wall clock. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Many WebSocket clients as a process of their own. */
const codes: Record<string, number> = {};
const closed: Promise<void>[] = [];
let firstAt = 0;
let lastAt = 0;

async function run(command: SocketCommand): Promise<SocketResult> {
  if (command.do === 'open') {
    for (let index = 0; index < command.count; index += 1) await open(command.port);
  } else {
    await Promise.all(closed);
  }
  return { codes, firstAt, lastAt };
}

function open(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    socket.on('open', () => resolve());
    socket.on('error', reject);
    const ended = new Promise<void>((resolve) => {
      socket.on('close', (code) => {
        codes[code] = (codes[code] ?? 0) + 1;
        lastAt = wallClock();
        if (firstAt === 0) firstAt = lastAt;
        resolve();
      });
    });
    closed.push(ended);
  });
}

process.on('message', (command: SocketCommand) => {
  run(command).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
