import {
  type ClusterPlan,
  type ClusterRehearsalOptions,
  planClusterRehearsal,
  playClusterRehearsal,
  type Rehearsal,
} from 'nestjs-lifecycle-rollout';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { type LoadOptions, loadOptions } from './load-options.js';
import { ownWords } from './own-words.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { withNotes } from './rehearse.js';
import { servicePhase } from './service-phase.js';
import { showReport } from './show-report.js';
import { playShown } from './shown-run.js';
import { checkReports } from './write-reports.js';

/** Flags about pods on this machine: on a cluster the Deployment says it. */
const OF_THIS_MACHINE = [
  'manifest',
  'workload',
  'next',
  'against',
  'env',
  'port',
  'portEnv',
  'podNetwork',
  'outbound',
  'act',
  'replicas',
  'strategy',
  'maxSurge',
  'maxUnavailable',
  'minReady',
  'gracePeriod',
  'preStop',
  'readiness',
  'liveness',
  'startup',
  'balancer',
  'nodes',
  'endpointLag',
  'idleTimeout',
  'retries',
  'chaos',
  'repeat',
  'margin',
] as const satisfies readonly (keyof RehearseFlags)[];

/** Flags about several runs, several workloads, or what is allowed to be lost: on a cluster one Deployment is rolled once, and every loss fails. */
const NOT_YET = [
  'messages',
  'jobs',
  'time',
  'watch',
  'build',
  'run',
  'front',
  'order',
  'together',
  'maxP99',
  'maxErrors',
  'baseline',
  'updateBaseline',
] as const satisfies readonly (keyof RehearseFlags)[];

/**
 * Rolls a real Deployment under load, once the user has agreed, and says what was lost. Exits with 0 only if nothing was, and with 130
 * after Ctrl-C.
 *
 * @throws UsageError when what was passed cannot be used; ClusterError when the cluster cannot
 */
export async function rehearseOnCluster(
  words: readonly string[],
  flags: RehearseFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  refuseFlags(flags);
  await checkReports(flags, terminal);
  const { options, notes } = await optionsOf(words, flags, terminal);
  const plan = await planClusterRehearsal(options);
  if (!(await isAgreed(plan, flags, terminal))) {
    terminal.stdout.write('Nothing was changed.\n');
    return EXIT_CODE.unusable;
  }
  const run = withNotes(await play(plan, flags, terminal), notes);
  const said = withNotes(run, await ownWords(run));
  await showReport({ run: said, against: undefined }, flags, terminal);
  if (said.verdict.cutBy === 'interrupted') return EXIT_CODE.interrupted;
  return said.verdict.isClean ? EXIT_CODE.clean : EXIT_CODE.found;
}

/** What has an effect with `--cluster` alone. */
export function failWithoutCluster(flags: RehearseFlags): void {
  const first = (['context', 'namespace', 'address', 'image', 'yes', 'really'] as const).find(
    (name) => flags[name] !== undefined && flags[name] !== false,
  );
  if (first === undefined) return;
  throw new UsageError(
    `--${first} is about a real cluster: add --cluster and name the Deployment, as in \`rehearse --cluster deployment/orders --address http://orders.example\``,
  );
}

function refuseFlags(flags: RehearseFlags): void {
  const idle = OF_THIS_MACHINE.filter((name) => flags[name] !== undefined).map((name) => flagOf(name));
  if (flags.worstCase) idle.push('--worst-case');
  if (!flags.pid1) idle.push('--no-pid1');
  if (flags.worker) idle.push('--worker');
  const unplayed = NOT_YET.filter((name) => flags[name] !== undefined && flags[name] !== false).map((name) =>
    flagOf(name),
  );
  if (unplayed.length > 0) {
    throw new UsageError(
      `${unplayed.join(', ')}: with --cluster one Deployment is rolled once, and every loss fails: leave ${unplayed.length === 1 ? 'it' : 'them'} out`,
    );
  }
  if (idle.length === 0) return;
  throw new UsageError(
    `${idle.join(', ')} ${idle.length === 1 ? 'is' : 'are'} about pods on this machine; on a cluster the Deployment says it: leave ${idle.length === 1 ? 'it' : 'them'} out, or leave out --cluster`,
  );
}

/** What a load file may say, and nothing on a cluster would heed. */
function refuseOfFile({ options, several }: LoadOptions, file = ''): void {
  const limits = (['maxP99', 'maxErrors'] as const).filter((name) => options[name] !== undefined);
  const unplayed = [...limits, ...Object.keys(several)];
  if (unplayed.length === 0) return;
  throw new UsageError(
    `${file} says ${unplayed.join(', ')}: with --cluster one Deployment is rolled once, and every loss fails: take ${unplayed.length === 1 ? 'it' : 'them'} out of a copy of the file`,
  );
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

async function optionsOf(
  words: readonly string[],
  flags: RehearseFlags,
  terminal: Terminal,
): Promise<{ readonly options: ClusterRehearsalOptions; readonly notes: readonly string[] }> {
  const { address, context, namespace, image, really = false } = flags;
  if (address === undefined) {
    throw new UsageError(
      'where does the load go? Add --address: an Ingress, or a Service of type LoadBalancer or NodePort, as in --address http://orders.example',
    );
  }
  const load = await loadOptions(flags, terminal.cwd);
  refuseOfFile(load, flags.load);
  const typed = (
    ['rate', 'clients', 'keepAliveShare', 'seed', 'warmUp', 'coolDown', 'requestTimeout', 'deadline'] as const
  )
    .filter((name) => flags[name] !== undefined)
    .map((name) => [name, flags[name]] as const);
  return {
    options: {
      ...load.options,
      ...Object.fromEntries(typed),
      deployment: deploymentOf(words),
      address,
      isProductionMeant: really,
      ...(context !== undefined && { context }),
      ...(namespace !== undefined && { namespace }),
      ...(image !== undefined && { image }),
    },
    notes: load.notes,
  };
}

/** `deployment/orders`, as kubectl takes it. */
function deploymentOf(words: readonly string[]): string {
  const [first = '', ...others] = words;
  const [, kind, name] = /^([a-z.]+)\/([a-z0-9.-]+)$/.exec(first) ?? [];
  if (name === undefined || others.length > 0) {
    throw new UsageError(
      `--cluster needs the name of one Deployment, as in --cluster deployment/orders${first === '' ? '' : `, and not ${words.join(' ')}`}`,
    );
  }
  if (kind === 'deployment' || kind === 'deployments' || kind === 'deploy' || kind === 'deployment.apps') return name;
  throw new UsageError(`--cluster rolls Deployments alone, and ${first} is a ${kind}: write deployment/NAME`);
}

async function isAgreed({ intentions }: ClusterPlan, flags: RehearseFlags, terminal: Terminal): Promise<boolean> {
  terminal.stdout.write(`${intentions.join('\n')}\n`);
  if (flags.yes === true) return true;
  if (terminal.stdin.isTTY !== true) {
    throw new UsageError(
      'this is no terminal that could be asked, so nothing was changed: add --yes to agree to what is said above',
    );
  }
  terminal.stdout.write('Go on? [y/N] ');
  for await (const chunk of terminal.stdin) return /^y(es)?$/i.test(String(chunk).trim());
  return false;
}

/** The first Ctrl-C undoes what was changed; a second one ends the program at once. */
async function play(plan: ClusterPlan, flags: RehearseFlags, terminal: Terminal): Promise<Rehearsal> {
  const interrupted = new AbortController();
  const interrupt = (): void => {
    terminal.stderr.write(
      'Interrupted: what was changed is undone. A second Ctrl-C ends at once, and undoes nothing.\n',
    );
    interrupted.abort();
  };
  const handle = (): void => {
    process.removeListener('SIGINT', handle).removeListener('SIGTERM', handle);
    interrupt();
  };
  process.on('SIGINT', handle).on('SIGTERM', handle);
  const { signal } = interrupted;
  try {
    return await playShown(
      ({ onBegin }) => playClusterRehearsal(plan, { signal, phaseOf: servicePhase, onBegin }),
      flags,
      terminal,
    );
  } finally {
    process.removeListener('SIGINT', handle).removeListener('SIGTERM', handle);
  }
}
