import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from 'nestjs-lifecycle-manifest-check';
import { addClusterFlags, type ClusterFlags } from './cluster-flags.js';
import { decimal, whole } from './flag-numbers.js';
import { addMessageFlags, type MessageFlags } from './message-flags.js';
import { addPodNetworkFlags, type PodNetworkFlags } from './pod-network-flags.js';
import { type Act, ACT_NAMES, LAG_MODELS } from 'nestjs-lifecycle-rollout';

/** The flags of `nestjs-lifecycle rehearse`, as they are typed. */
export interface RehearseFlags extends Partial<ClusterFlags>, MessageFlags, PodNetworkFlags {
  readonly manifest?: readonly string[];
  readonly workload?: readonly string[];
  readonly run?: readonly string[];
  readonly front?: readonly string[];
  readonly order?: readonly string[];
  readonly together?: boolean;
  readonly next?: string;
  readonly against?: string;
  readonly build?: string;
  readonly baseline?: string;
  readonly updateBaseline: boolean;
  readonly maxP99?: string;
  readonly maxErrors?: string;
  readonly env?: readonly string[];
  readonly port?: number;
  readonly portEnv?: readonly string[];
  readonly act?: WrittenAct;
  readonly notice?: string;
  readonly replicas?: number;
  readonly workloadKind?: 'Deployment' | 'StatefulSet';
  readonly partition?: number;
  readonly strategy?: 'RollingUpdate' | 'Recreate';
  readonly maxSurge?: string;
  readonly maxUnavailable?: string;
  readonly minReady?: string;
  readonly gracePeriod?: string;
  readonly preStop?: string;
  readonly readiness?: string;
  readonly liveness?: string;
  readonly startup?: string;
  readonly pid1: boolean;
  readonly worker: boolean;
  readonly balancer?: 'connection' | 'request';
  readonly nodes?: number;
  readonly endpointLag?: string;
  readonly idleTimeout?: string;
  readonly retries?: number;
  readonly request?: readonly string[];
  readonly login?: string;
  readonly grpcProto?: readonly string[];
  readonly load?: string;
  readonly har?: string;
  readonly openapi?: string;
  readonly includeWrites: boolean;
  readonly rate?: number;
  readonly clients?: number;
  readonly keepAliveShare?: number;
  readonly chaos?: readonly string[];
  readonly seed?: number;
  readonly repeat?: number;
  readonly worstCase: boolean;
  readonly margin?: 'warn' | 'fail';
  readonly warmUp?: string;
  readonly coolDown?: string;
  readonly requestTimeout?: string;
  readonly deadline?: string;
  readonly html?: string;
  readonly json?: string;
  readonly junit?: string;
  readonly ledger?: string;
  readonly comment?: string;
  readonly base?: string;
  readonly githubSummary: boolean;
  readonly time?: number;
  readonly watch: boolean;
  readonly quiet: boolean;
}

/** Adds them to a command, grouped as people look for them. */
export function addRehearseFlags(command: Command): Command {
  addService(command);
  addCluster(command);
  addNetwork(command);
  addLoad(command);
  addMessageFlags(command);
  addClusterFlags(command);
  return addOutput(command);
}

function addService(command: Command): void {
  command
    .optionsGroup('The service:')
    .option(
      '--manifest <paths...>',
      'take everything from its Deployment and Service: files, folders, or -; a command that is in the image is looked for in ./Dockerfile',
    )
    .option('--workload <names...>', 'which ones, where the manifests hold several (default: all of them, together)')
    .option('--run <workload=command...>', 'of several workloads, what one runs whose command is in its image')
    .option('--front <names...>', 'of several workloads, those that the load goes to (default: where an Ingress leads)')
    .option('--order <names>', 'of several workloads, which is rolled first, as gateway,auth', names)
    .option('--together', 'of several workloads, roll all at once, and not one after the other', false)
    .option('--next <command>', 'what the new revision runs, when it is another command')
    .option(
      '--against <command>',
      'play the same with this command as well, and compare; git:REF plays the same command in that commit',
    )
    .option('--build <command>', "what makes that commit runnable, in a shell, as 'npm ci && npm run build'")
    .option('--env <name=value...>', 'variables of the service; NODE_ENV is production unless it is here')
    .option('--port <number>', 'the port the service has in its container (default: 3000)', whole)
    .option(
      '--port-env <name...>',
      'the variables that tell it where to listen, that of the traffic first: each port needs one, as pods share this machine (default: PORT)',
    )
    .option('--worker', 'it takes no requests: only how its pods end is judged', false)
    .option('--no-pid1', 'do not run it as pid 1 of a namespace of its own');
  addPodNetworkFlags(command);
}

function addCluster(command: Command): void {
  command
    .optionsGroup('The cluster (the defaults hold where no manifest says it):')
    .addOption(
      new Option(
        '--act <what>',
        'what is done to the pods (default: update); of several workloads, to which, as drain:auth',
      )
        .choices(ACT_NAMES)
        .argParser(writtenAct),
    )
    .option('--notice <time>', 'of --act spot: how long before it goes the node is known to (default: 2m)')
    .option('--replicas <number>', 'how many pods (default: 3)', whole)
    .addOption(
      new Option('--workload-kind <kind>', 'what it is (default: Deployment)').choices(['Deployment', 'StatefulSet']),
    )
    .option('--partition <ordinal>', 'of a StatefulSet: pods below it are not updated (default: 0)', whole)
    .addOption(
      new Option('--strategy <name>', 'how to update (default: RollingUpdate)').choices(['RollingUpdate', 'Recreate']),
    )
    .option('--max-surge <pods>', 'a number, or a percentage (default: 25%)')
    .option('--max-unavailable <pods>', 'a number, or a percentage (default: 25%)')
    .option('--min-ready <time>', 'how long a pod must be ready to be available (default: 0s)')
    .option('--grace-period <time>', 'from deletion to SIGKILL (default: 30s)')
    .option('--pre-stop <time>', 'how long preStop sleeps (default: none)')
    .option('--readiness <path>', 'asked with GET (default: found among the usual paths)')
    .option('--liveness <path>', 'asked with GET (default: found among the usual paths)')
    .option('--startup <path>', 'asked with GET (default: what liveness asks, where that was found)');
}

/** What stands before the pods, in the same group. */
function addNetwork(command: Command): void {
  command
    .addOption(
      new Option('--balancer <kind>', 'as kube-proxy, or as an ingress (default: connection)').choices([
        'connection',
        'request',
      ]),
    )
    .option('--nodes <number>', 'how many nodes or balancers learn of endpoints by themselves (default: 3)', whole)
    .option(
      '--endpoint-lag <lag>',
      `how late they learn: a time, a model of ${Object.keys(LAG_MODELS).join(', ')} (default: cluster-ip), or metrics:FILE, what kube-proxy's /metrics said`,
    )
    .option('--idle-timeout <time>', 'of a balancer of requests, for its connections (default: 60s)')
    .option('--retries <number>', 'of a balancer of requests (default: 0)', whole)
    .option(
      '--chaos <what...>',
      'what goes wrong on purpose, as in kill@2s; see the README for all of them (default: nothing)',
    );
}

function addLoad(command: Command): void {
  command
    .optionsGroup('The load:')
    .option(
      '--request <request...>',
      `as 'POST /orders {"sku":1} x3', 'SSE /events', 'WS /live', 'H2 /', 'GRPC orders.v1.Orders/Get {"id":1}' (default: GET /)`,
    )
    .option(
      '--grpc-proto <files...>',
      'what messages of gRPC look like (default: the running service is asked, by server reflection)',
    )
    .option('--login <request>', `asked once, for the token that {token} stands for, as 'POST /login {"user":"a"}'`)
    .option('--load <file>', 'requests and rates from a YAML or JSON file')
    .option('--har <file>', 'requests that a browser has recorded')
    .option('--openapi <file>', 'the GET operations of an OpenAPI document')
    .option('--include-writes', 'of an OpenAPI document, operations that change something, too', false)
    .option('--rate <number>', 'requests a second that do not wait for answers (default: 40)', decimal)
    .option('--clients <number>', 'clients that ask again when they are answered (default: 4)', whole)
    .option('--keep-alive-share <share>', 'of the rate, over kept-alive connections (default: 0.5)', decimal)
    .option('--request-timeout <time>', 'when a client gives up (default: 10s)');
}

function addOutput(command: Command): Command {
  return command
    .optionsGroup('The run:')
    .option('--seed <number>', 'play the same schedule again (default: a new one, which is printed)', whole)
    .option('--repeat <number>', 'play so many runs, each with a seed of its own, and sum them up (default: 1)', whole)
    .option('--worst-case', 'every lag is the longest of its distribution, in place of a drawn one', false)
    .addOption(
      new Option(
        '--margin <what>',
        'whether it is told or fails when the service stops to serve earlier than the model asks for (default: warn)',
      ).choices(['warn', 'fail']),
    )
    .option('--max-p99 <limit>', 'of answers in the rollout: a time, or 2x, twice that of before (default: no limit)')
    .option(
      '--max-errors <limit>',
      'error budget of the rollout: a number of lost requests, or a share as 0.1% (default: none, every loss fails)',
    )
    .option('--baseline <file>', 'known faults, which do not fail the run')
    .option('--update-baseline', 'write what is found to the baseline', false)
    .option(
      '--time <time>',
      'play what fits into so much time: the run, its worst case, the other balancer, more seeds',
      milliseconds,
    )
    .option('--watch', 'play again when a file of the service changes, until Ctrl-C', false)
    .option('--warm-up <time>', 'load before the update (default: 2s)')
    .option('--cool-down <time>', 'load after it (default: 1s)')
    .option('--deadline <time>', 'when the whole rehearsal gives up (default: 10m)')
    .option('--html <file>', 'write the report as one page')
    .option('--json <file>', 'write the verdict for machines, and every event')
    .option('--junit <file>', 'write it as JUnit XML')
    .option('--ledger <file>', 'write every request with its fate, a line of JSON each')
    .option('--comment <file>', 'write a comment for a pull request: what changed since --base, or --against')
    .option('--base <file>', 'the JSON report of the base branch, for --comment')
    .option('--github-summary', 'add it to the summary of the GitHub Actions job', false)
    .option('--quiet', 'no progress, only the verdict', false);
}

function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0) throw new InvalidArgumentError('Write 60s, 500ms or 2m.');
  return ms;
}

/** What is done, and to which of several workloads. */
export interface WrittenAct {
  readonly act: Act;
  readonly workload: string | undefined;
}

function writtenAct(text: string): WrittenAct {
  const [what, workload] = text.split(/:(.*)/s);
  const act = ACT_NAMES.find((name) => name === what);
  if (act === undefined) throw new InvalidArgumentError(`Allowed choices are ${ACT_NAMES.join(', ')}.`);
  return { act, workload };
}

function names(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
