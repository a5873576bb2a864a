import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type Lifecycle, startLifecycle } from 'nestjs-lifecycle/standalone';

/** A service that works until the message `go`. ROLE: `parent` has a child that is a service too, `two` has two services. */
const { ROLE } = process.env;

function start(name: string): Lifecycle {
  const lifecycle = startLifecycle({ gracePeriod: '100s' });
  lifecycle.onPhase((phase) => console.log(`${name} is ${phase}`));
  return lifecycle;
}

async function message(text: string): Promise<void> {
  for (;;) {
    const [told] = (await once(process, 'message')) as unknown[];
    if (told === text) return;
  }
}

/** A child has nothing else to do. */
const stay = ROLE === 'child' ? setInterval(() => undefined, 1000) : undefined;

function main(): void {
  const lifecycle = start('service');
  void lifecycle.track('a page', () => message('go'));
  if (ROLE === 'two') void start('second').boot(() => message('boot'));
  if (ROLE !== 'parent') return;
  const child = fork(process.argv[1] ?? '', { env: { ...process.env, ROLE: 'child' } });
  child.on('exit', (code) => console.log(`the child has ended with ${code}`));
  void message('stop the child').then(() => child.kill('SIGTERM'));
}

if (ROLE === 'child') start('child').onShutdown('clock', () => clearInterval(stay));
else main();
