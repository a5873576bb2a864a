import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startLifecycle } from 'nestjs-lifecycle/standalone';

/** A service that follows a child process, which ends as CHILD says. */
const { CHILD = 'waits', FOLDER = '' } = process.env;

async function main(): Promise<void> {
  const lifecycle = startLifecycle({ gracePeriod: '100s' });
  const child = fork(join(FOLDER, 'test/support/followed-child.cjs'), [CHILD]);
  child.on('message', (message) => console.log('child:', message));
  process.on('message', (message) => child.send(message as string));
  await once(child, 'message');
  lifecycle.follow(child, { name: 'renderer' });
  lifecycle.onPhase((phase) => console.log(`phase ${phase}`));
  console.log(`child pid ${child.pid}`);
}

void main();
