import { spawnSync } from 'node:child_process';
import { netNamespace } from '../../libs/rollout/src/network/own/net-namespace.js';

/** Something that not every machine has, under the name it is reported by. */
export interface Capability {
  readonly name: string;
  readonly isAvailable: boolean;
}

/** How to run a command as PID 1: as root, and else with a user namespace of its own. */
const pidNamespaceCommands = [
  ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'],
  ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'],
];

/** The command line, to be put before a program's, that makes it PID 1; nothing where the machine does not allow it. */
export const runAsPid1 = pidNamespaceCommands.find(isRunnable);

/** A process can be started as PID 1, as in a container. */
export const pidNamespaces: Capability = {
  name: 'PID namespaces (unshare)',
  isAvailable: runAsPid1 !== undefined,
};

/** A pod can have a network of its own. */
export const netNamespaces: Capability = {
  name: 'network namespaces (unshare, nsenter)',
  // Tried where a test asks: that starts programs.
  get isAvailable() {
    return netNamespace().namespace !== undefined;
  },
};

/** Debian's package `prometheus`: the server, and the tool that checks rules and metrics. */
export const prometheus: Capability = { name: 'prometheus', isAvailable: hasCommand('prometheus') };
/** Debian's package `chromium`. */
export const chromium: Capability = { name: 'chromium', isAvailable: hasCommand('chromium') };
export const promtool: Capability = { name: 'promtool', isAvailable: hasCommand('promtool') };

/**
 * A test of what not every machine allows. Where the machine lacks it, the test is skipped and its reason is part of the
 * name that skipped-tests-reporter.js prints; with CI=true it fails, because there every machine is chosen. `timeoutMs`: as of `it()`.
 */
export function itNeeds(capability: Capability, name: string, test: () => Promise<void>, timeoutMs?: number): void {
  if (capability.isAvailable) return it(name, test, timeoutMs);
  if (process.env.CI !== 'true') return it.skip(`${name} [needs ${capability.name}]`, test);
  return it(name, () => {
    throw new Error(`this machine lacks ${capability.name}, and with CI=true nothing is skipped`);
  });
}

function isRunnable([command = '', ...args]: string[]): boolean {
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0;
}

function hasCommand(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}
