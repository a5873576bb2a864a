// Runs `npm start` as a user does: waits until the demo serves, asks it something, presses Ctrl-C, expects a clean end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const deadlineMs = 180_000;

// A group of its own, because a terminal sends Ctrl-C to npm, its shell and the demo alike.
const demo = spawn('npm', ['start'], {
  detached: true,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, PORT: '0' },
});
const group = -Number(demo.pid);
const exited = once(demo, 'exit');
const timer = setTimeout(() => {
  console.error(`npm start: not over after ${deadlineMs} ms`);
  process.kill(group, 'SIGKILL');
}, deadlineMs);

let hasServed = false;
for await (const line of createInterface({ input: demo.stdout })) {
  console.log(line);
  const [, port] = /listening on (\d+)/.exec(line) ?? [];
  if (port === undefined || hasServed) continue;
  const response = await fetch(`http://127.0.0.1:${port}/`);
  await response.body?.cancel();
  hasServed = response.ok;
  process.kill(group, 'SIGINT');
}

const [code, signal] = await exited;
clearTimeout(timer);
if (!hasServed) throw new Error('npm start: the demo did not serve');
if (code !== 0) throw new Error(`npm start: expected exit code 0 after Ctrl-C, got ${code ?? signal}`);
console.log('npm start: served, and exit code 0 after Ctrl-C');
