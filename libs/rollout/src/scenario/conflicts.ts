import { wantsToken } from '../load/question.js';
import { type ScenarioProblem } from './invalid-scenario-error.js';
import { type ReadOptions } from './option-schema.js';

/** No kubelet gives a container less between SIGTERM and SIGKILL. */
const LEAST_NOTICE_MS = 2000;

/** What is wrong only together. */
export function conflictsOf(options: ReadOptions): ScenarioProblem[] {
  return [
    ...inDeployment(options),
    ...inNotice(options),
    ...inStatefulSet(options),
    ...inArgoRollout(options),
    ...inPod(options),
    ...inChaos(options),
    ...inLoad(options),
    ...inGrpc(options),
    ...inMessages(options),
  ];
}

function* inDeployment({
  maxSurge,
  maxUnavailable,
  act,
  replicas,
  nextCommand,
}: ReadOptions): Iterable<ScenarioProblem> {
  if (act === 'scale-in' && replicas === 1) {
    yield { option: 'act', message: 'scale-in of the only pod would leave none: write replicas: 2 or more' };
  }
  if (act !== 'update' && nextCommand !== undefined) {
    yield {
      option: 'act',
      message: `${act} makes pods of the same revision: leave nextCommand out, or write act: 'update'`,
    };
  }
  if ('pods' in maxSurge && maxSurge.pods === 0 && 'pods' in maxUnavailable && maxUnavailable.pods === 0) {
    yield { option: 'maxSurge', message: 'maxSurge and maxUnavailable cannot both be 0: write maxSurge: 1' };
  }
}

function* inNotice({ act, notice }: ReadOptions): Iterable<ScenarioProblem> {
  if (notice === undefined) return;
  if (act !== 'spot') yield { option: 'notice', message: "is about a node that is taken away: write act: 'spot'" };
  if (notice < LEAST_NOTICE_MS) {
    yield {
      option: 'notice',
      message: `a node that goes without one takes its requests with it, whatever its service does: write '2s' or more`,
    };
  }
}

function* inStatefulSet({ statefulSet, replicas }: ReadOptions): Iterable<ScenarioProblem> {
  if (statefulSet === undefined || statefulSet.partition < replicas) return;
  yield {
    option: 'statefulSet.partition',
    message: `no pod of ${replicas} has an ordinal from ${statefulSet.partition} on, so nothing would be updated: write ${replicas - 1} or less`,
  };
}

function* inArgoRollout({ argoRollout, statefulSet, strategy }: ReadOptions): Iterable<ScenarioProblem> {
  if (argoRollout === undefined) return;
  const { steps, blueGreen } = argoRollout;
  if ((steps === undefined) === (blueGreen === undefined)) {
    yield {
      option: 'argoRollout',
      message: 'is updated in steps or from blue to green: write one of steps and blueGreen',
    };
  }
  if (statefulSet !== undefined) {
    yield { option: 'argoRollout', message: 'a workload is of one kind: leave argoRollout or statefulSet out' };
  }
  if (strategy === 'Recreate') {
    yield { option: 'strategy', message: 'is that of a Deployment: leave strategy or argoRollout out' };
  }
}

function* inPod({ gracePeriod, preStop }: ReadOptions): Iterable<ScenarioProblem> {
  if (typeof preStop !== 'number' || preStop <= gracePeriod) return;
  yield {
    option: 'preStop',
    message: `sleeps ${preStop} ms, longer than the grace period of ${gracePeriod} ms: write a shorter one`,
  };
}

function* inChaos({ chaos }: ReadOptions): Iterable<ScenarioProblem> {
  for (const { kind, variable, for: lasting } of chaos) {
    const canLast = kind === 'stopped-process' || kind === 'dependency-away';
    if (variable !== undefined && kind !== 'dependency-away') {
      yield { option: 'chaos', message: `${kind} takes no variable: leave ${variable} out, or write dependency-away` };
    }
    if (lasting !== undefined && !canLast) yield { option: 'chaos', message: `${kind} does not last: leave out 'for'` };
    if (kind !== 'dependency-away' || variable !== undefined) continue;
    const example = "{ kind: 'dependency-away', variable: 'DATABASE_URL' }";
    yield { option: 'chaos', message: `dependency-away needs the variable that holds its address, as in ${example}` };
  }
}

function* inGrpc({ requests = [], grpcProto, balancer, login }: ReadOptions): Iterable<ScenarioProblem> {
  const call = requests.find(({ transport }) => transport === 'grpc');
  if (call === undefined && grpcProto.length > 0) {
    yield {
      option: 'grpcProto',
      message: `nothing calls what is in it: write a request as 'GRPC orders.v1.Orders/Get {"id":1}'`,
    };
  }
  if (call !== undefined && balancer === 'request') {
    yield {
      option: 'balancer',
      message: `${call.name} needs HTTP/2 to the pod, which this balancer of requests does not speak: write balancer: 'connection', as a Service does it`,
    };
  }
  if (login?.kind.transport === 'grpc') {
    yield { option: 'login', message: 'is asked over HTTP: write a request as POST /login {"user":"a"}' };
  }
}

function* inLoad({ rate, clients, login, requests = [], isWorker }: ReadOptions): Iterable<ScenarioProblem> {
  if (isWorker) {
    if (requests.length > 0) {
      yield { option: 'isWorker', message: 'a worker takes no requests: leave requests or isWorker out' };
    }
    return;
  }
  const needy = requests.find((kind) => wantsToken(kind));
  if (needy !== undefined && login === undefined) {
    yield {
      option: 'login',
      message: `${needy.name} sends {token}: write the request that gives it, as in 'POST /login {"user":"a"}'`,
    };
  }
  if (rate > 0 || clients > 0) return;
  yield { option: 'rate', message: 'no request would be sent: write a rate above 0, or clients' };
}

function* inMessages({ messages, jobs, chaos }: ReadOptions): Iterable<ScenarioProblem> {
  if (messages !== undefined && jobs !== undefined) {
    yield { option: 'jobs', message: 'messages and jobs are not played together: leave one of them out' };
  }
  if ((messages ?? jobs) === undefined || chaos.every(({ kind }) => kind !== 'dependency-away')) return;
  yield {
    option: 'chaos',
    message: 'dependency-away is not played together with messages or jobs: leave one of them out',
  };
}
