import { type Deadline } from '../deadline/deadline.js';
import { closingMessage, type ClosingAnswer, readClosingAnswer } from './parent-messages.js';
import { isWorkerOfPrimary, sendToParent } from './tell-parent.js';

let asked = 0;

/**
 * Asks the primary of `runCluster()` to stop accepting connections on a port that this worker is about to close. The primary answers `closed` once
 * all workers have asked and it has closed the port, and `open` where others go on or where it cannot close it. Never rejects. It is
 * `open` too without such a primary, and where the answer does not come by the deadline.
 */
export async function askToClose(port: number, deadline: Deadline): Promise<ClosingAnswer> {
  if (!isWorkerOfPrimary((name) => process.env[name])) return 'open';
  asked += 1;
  const id = asked;
  return new Promise((resolve) => {
    const end = (answer: ClosingAnswer): void => {
      cancel();
      process.removeListener('message', listener);
      process.removeListener('disconnect', gone);
      resolve(answer);
    };
    const gone = (): void => end('open');
    const listener = (message: unknown): void => {
      const answer = readClosingAnswer(message, id);
      if (answer !== undefined) end(answer);
    };
    const cancel = deadline.onReached(gone);
    process.on('message', listener).on('disconnect', gone);
    sendToParent(closingMessage({ port, id }), gone);
  });
}
