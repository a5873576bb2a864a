import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { loadAccess } from '../../libs/rollout/src/real-cluster/api/load-access.js';
import { ArgumentsError, readArguments } from './arguments.js';
import { runClusterTest } from './run.js';
import { EXIT } from './world.js';

// `npm run test:cluster`. See docs/cluster-test.md.

const interrupted = new AbortController();

function interrupt(): void {
  if (interrupted.signal.aborted) {
    console.error('Ended at once. The namespace is left behind, and a node may be cordoned: see kubectl get nodes.');
    process.exit(130);
  }
  console.error('Interrupted: it cleans up. A second Ctrl-C ends at once, and leaves everything behind.');
  interrupted.abort();
}

function runTool(command: string, args: readonly string[], limitMs: number): Promise<void> {
  console.log(`$ ${command} ${args.join(' ')}`);
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(limitMs)]);
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], signal });
    child.once('error', (error) => {
      const isMissing = 'code' in error && error.code === 'ENOENT';
      reject(isMissing ? new Error(`${command} is not installed`) : error);
    });
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${code}`));
    });
  });
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout }).on('SIGINT', interrupt);
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal: interrupted.signal })).trim());
  } catch {
    // Ctrl-C is no.
    return false;
  } finally {
    terminal.close();
  }
}

process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
try {
  const settings = readArguments(process.argv.slice(2), process.env);
  process.exitCode = await runClusterTest(settings, {
    access: () => loadAccess(settings.context),
    say: (line) => console.log(line),
    ask: process.stdin.isTTY ? ask : undefined,
    runTool,
    signal: interrupted.signal,
    warmUp: '5s',
    coolDown: '3s',
  });
} catch (error) {
  console.error(error instanceof ArgumentsError ? error.message : error);
  process.exitCode = error instanceof ArgumentsError ? EXIT.notPlayed : 3;
} finally {
  process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
}
