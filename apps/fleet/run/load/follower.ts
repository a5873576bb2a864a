import { pause } from './client.js';
import type { Player, World } from './world.js';
import { reasonOf } from '../ledger.js';

const BACK_MS = 200;

/** Follows the edits of a diagram over an event stream, and comes back when it ends: no edit may be missing then. */
export const follower: Player = async (world) => {
  const state = { seen: 0 };
  while (!world.signal.aborted) {
    await world.ledger
      .count('event streams', 'an event stream', () => follow(world, state))
      // It is in the ledger.
      .catch(() => undefined);
    await pause(BACK_MS, world.signal);
  }
};

async function follow({ client, token, diagram, ledger, signal }: World, state: { seen: number }): Promise<void> {
  const response = await fetch(new URL(`/v1/diagrams/${diagram}/edits`, client.baseUrl), {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'last-event-id': String(state.seen) },
    signal,
  }).catch((error: unknown) => ended(error, signal));
  if (!response) return;
  if (response.status !== 200 || !response.body) throw new Error(`it was answered ${response.status}`);
  let rest = '';
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const events = `${rest}${chunk}`.split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) read(event);
    }
  } catch (error) {
    ended(error, signal);
    return;
  }
  // The last word of a stream that ends is when its client may come back.
  if (!/^(retry: ?\d+\s*)?$/.test(rest)) throw new Error(`it ended in the middle of an event: ${rest}`);

  function read(event: string): void {
    const [, id] = /^id: ?(\d+)$/m.exec(event) ?? [];
    if (id === undefined) return;
    if (Number(id) !== state.seen + 1) ledger.lost('event streams', `version ${id} came after ${state.seen}`);
    state.seen = Number(id);
  }
}

/** @throws the error, unless it is the end of the load */
function ended(error: unknown, signal: AbortSignal): undefined {
  if (!signal.aborted) throw new Error(`it was cut: ${reasonOf(error)}`, { cause: error });
}
