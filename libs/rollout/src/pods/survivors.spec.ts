import { transformFileSync } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { swcOptions } from '../../../../scripts/swc-options.js';
import { killAfterTest } from '../../../../test/support/started-programs.js';
import { dieWithUs } from './survivors.js';

describe('dieWithUs', () => {
  it('leaves a signal to others who listen to it, even if only once, and kills what they have left at the exit', () => {
    const killed: string[] = [];
    const forget = dieWithUs({ killNow: () => killed.push('forgotten') });
    const other = jest.fn();
    process.once('SIGHUP', other);
    const forgetPod = dieWithUs({ killNow: () => killed.push('pod') });
    forget();
    process.emit('SIGHUP', 'SIGHUP');
    expect(other).toHaveBeenCalledTimes(1);
    expect(killed).toEqual([]);
    process.emit('exit', 0);
    expect(killed).toEqual(['pod']);
    forgetPod();
  });

  it('listens only while there is something to kill', () => {
    const before = process.listenerCount('SIGTERM');
    const forget = dieWithUs({ killNow: () => undefined });
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    forget();
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it("has a terminal's Ctrl-C end both, the process by the signal itself", async () => {
    const { code } = transformFileSync(join(__dirname, 'survivors.ts'), {
      ...swcOptions,
      module: { type: 'commonjs' },
    });
    const program = spawn(process.execPath, [
      '-e',
      `(function () { const exports = {}; ${code}
        const pod = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
        exports.dieWithUs({ killNow: () => process.kill(pod.pid, 'SIGKILL') });
        console.log('up'); setInterval(() => {}, 1000); })()`,
    ]);
    killAfterTest({ kill: async () => void program.kill('SIGKILL') });
    await once(program.stdout, 'data');
    // The pod has its output from the program: it is closed only when both have ended.
    const closed = once(program, 'close');
    program.kill('SIGINT');
    expect(await closed).toEqual([null, 'SIGINT']);
  });
});
