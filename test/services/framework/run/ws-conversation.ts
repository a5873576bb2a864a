import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Journal } from './journal.js';

/**
 * Connects, says each message and waits for as many answers, and leaves. Returns the answers once the application has
 * noted `disconnected`.
 */
export async function converse(
  url: string,
  journal: Journal,
  messages: readonly (readonly [message: unknown, answers: number])[],
): Promise<string[]> {
  const socket = new WebSocket(url, { rejectUnauthorized: false });
  const answers: string[] = [];
  let heard: () => void = () => undefined;
  socket.on('message', (data: Buffer) => {
    answers.push(data.toString());
    heard();
  });
  await once(socket, 'open');
  let expected = 0;
  for (const [message, more] of messages) {
    expected += more;
    socket.send(JSON.stringify(message));
    while (answers.length < expected) await new Promise<void>((resolve) => (heard = resolve));
  }
  const left = journal.lines.filter((line) => line === 'disconnected').length;
  socket.close();
  await once(socket, 'close');
  await journal.until('disconnected', left + 1);
  return answers;
}
