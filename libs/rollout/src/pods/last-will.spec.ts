import { transformFileSync } from '@swc/core';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { swcOptions } from '../../../../scripts/swc-options.js';
import { itNeeds, pidNamespaces, runAsPid1 } from '../../../../test/support/machine.js';
import { killAfterTest } from '../../../../test/support/started-programs.js';

const { code } = transformFileSync(join(__dirname, 'last-will.ts'), { ...swcOptions, module: { type: 'commonjs' } });

/** A program that starts one pod, which has its output from it: that is closed only when both have ended. */
function start(command: readonly string[], { env = {}, afterwards = '' } = {}): ChildProcess {
  const program = spawn(process.execPath, [
    '-e',
    `(function () { const exports = {}; ${code}
      const [command, ...args] = ${JSON.stringify(command)};
      const pod = require('node:child_process').spawn(command, args, {
        stdio: ['ignore', 'inherit', 'inherit'], detached: true, env: { ...process.env, ...${JSON.stringify(env)} },
      });
      const forget = exports.bequeath({ group: pod.pid, mark: 'ROLLOUT_POD=v1-1-mark' });
      console.log('bequeathed');
      ${afterwards} })()`,
  ]);
  killAfterTest({ kill: async () => void program.kill('SIGKILL') });
  return program;
}

/** Resolves when the pod runs, and its end is provided for. A busy machine may run the pod first. */
async function isUp(program: ChildProcess): Promise<void> {
  await Promise.all([said(program, 'pod up'), said(program, 'bequeathed')]);
}

/** Resolves when it, or its pod, has written that. */
function said({ stdout, stderr }: ChildProcess, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += String(chunk);
      if (text.includes(word)) resolve(text);
    };
    stdout?.on('data', read).once('close', () => reject(new Error(`never said ${word}: ${text}`)));
    stderr?.on('data', read);
  });
}

const POD = `console.log('pod up'); setInterval(() => {}, 1000)`;

describe('bequeath', () => {
  it('has the pod killed when the program itself is killed and can do nothing', async () => {
    const program = start([process.execPath, '-e', POD]);
    await isUp(program);
    const closed = once(program, 'close');
    program.kill('SIGKILL');
    expect(await closed).toEqual([null, 'SIGKILL']);
  });

  itNeeds(pidNamespaces, 'and the pod that is pid 1 of its namespace', async () => {
    const program = start([...(runAsPid1 ?? []), process.execPath, '-e', POD]);
    await isUp(program);
    const closed = once(program, 'close');
    program.kill('SIGKILL');
    expect(await closed).toEqual([null, 'SIGKILL']);
  });

  const itOnLinux = process.platform === 'linux' ? it : it.skip;
  itOnLinux('and what has left its process group', async () => {
    const child = JSON.stringify(POD);
    const pod = `require('node:child_process').spawn(process.execPath, ['-e', ${child}], { stdio: 'inherit', detached: true })`;
    const program = start([process.execPath, '-e', pod], { env: { ROLLOUT_POD: 'v1-1-mark' } });
    await isUp(program);
    const closed = once(program, 'close');
    program.kill('SIGKILL');
    expect(await closed).toEqual([null, 'SIGKILL']);
  });

  it('keeps no process from ending, and kills nothing that it was told to forget', async () => {
    const pod = `process.once('SIGUSR2', () => console.log('lives on')); ${POD}`;
    const program = start([process.execPath, '-e', pod], {
      afterwards: `pod.unref(); forget(); console.log('pod ' + pod.pid + ';')`,
    });
    const exited = once(program, 'exit');
    const [, text] = await Promise.all([said(program, 'pod up'), said(program, ';')]);
    const pid = Number(/pod (\d+);/.exec(text)?.[1]);
    expect(await exited).toEqual([0, null]);
    process.kill(pid, 'SIGUSR2');
    await said(program, 'lives on');
    process.kill(pid, 'SIGKILL');
  });
});
