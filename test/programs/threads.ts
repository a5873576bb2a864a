import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { startLifecycle } from 'nestjs-lifecycle/standalone';

/**
 * A service that follows a thread with a lifecycle of its own, which ends as THREAD says: `works` when the test says so, `fails` by a hook, and
 * `late` begins its lifecycle only when it was told to stop.
 */
const { THREAD = 'works' } = process.env;

/** Resolves when this message has come to the thread. */
function told(what: string): Promise<void> {
  return new Promise((resolve) => parentPort?.on('message', (message) => (message === what ? resolve() : undefined)));
}

async function runThread(): Promise<void> {
  if (THREAD === 'late') await told('shutdown');
  // Keeps the thread alive, as a server would.
  const stay = setInterval(() => undefined, 1000);
  // A signal goes to the whole process: a thread raises none.
  const lifecycle = startLifecycle({ gracePeriod: '90s', exit: 'signal', logger: quiet });
  lifecycle.onPhase((phase) => console.log(`thread: phase ${phase}`));
  lifecycle.onShutdown('a hook', () => {
    clearInterval(stay);
    if (THREAD === 'fails') throw new Error('the test says so');
  });
  if (THREAD === 'works') void lifecycle.track('a page', () => told('go'));
  console.log('thread: started');
}

function runService(): void {
  const lifecycle = startLifecycle({ gracePeriod: '100s' });
  process.on('SIGTERM', () => console.log('the process has heard SIGTERM'));
  const worker = new Worker(process.argv[1] ?? '');
  lifecycle.follow(worker, { name: 'pages' });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  process.on('message', (message) => worker.postMessage(message));
  worker.once('online', () => console.log('online'));
}

const quiet = { info: () => undefined, warn: console.log, error: console.log };

if (isMainThread) runService();
else void runThread();
