import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { defineKind } from '../define-kind.js';

/** A process that this one has started. An orchestrator signals only the parent, and kills what is left without a word. */
export const childProcess = defineKind<ChildProcess>({
  title: 'child process',
  type: 'process',
  timeoutMs: 5000,
  is: (value): value is ChildProcess => value instanceof ChildProcess,
  // One that could not be started has no id.
  isClosed: ({ exitCode, signalCode, pid }) => exitCode !== null || signalCode !== null || pid === undefined,
  close: async (child) => {
    const exited = once(child, 'exit');
    if (!child.killed) child.kill('SIGTERM');
    await exited;
  },
  unfinished: () => 'what child processes did',
  force: (child) => child.kill('SIGKILL'),
});
