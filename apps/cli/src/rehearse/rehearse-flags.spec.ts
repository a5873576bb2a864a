import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import { parseDuration } from 'nestjs-lifecycle-manifest-check';
import { LAG_MODELS, resolveScenario } from 'nestjs-lifecycle-rollout';
import { addRehearseFlags } from './rehearse-flags.js';

/** The default that the help says of a flag. */
function saidOf(flag: string): string | undefined {
  const option = addRehearseFlags(new Command()).options.find(({ long }) => long === flag);
  return /\(default: ([^)]*)\)/.exec(option?.description ?? '')?.[1];
}

function saidMs(flag: string): number | undefined {
  return parseDuration(saidOf(flag) ?? '');
}

describe('the help of rehearse', () => {
  const { deployment, pod, network, load, timing, service, act, margin } = resolveScenario({ command: 'node main.js' });

  it('says the times that are played', () => {
    expect({
      '--warm-up': saidMs('--warm-up'),
      '--cool-down': saidMs('--cool-down'),
      '--deadline': saidMs('--deadline'),
      '--request-timeout': saidMs('--request-timeout'),
      '--grace-period': saidMs('--grace-period'),
      '--idle-timeout': saidMs('--idle-timeout'),
      '--min-ready': saidMs('--min-ready'),
    }).toEqual({
      '--warm-up': timing.warmUpMs,
      '--cool-down': timing.coolDownMs,
      '--deadline': timing.deadlineMs,
      '--request-timeout': timing.requestTimeoutMs,
      '--grace-period': pod.gracePeriodMs,
      '--idle-timeout': network.idleTimeoutMs,
      '--min-ready': deployment.minReadyMs,
    });
  });

  it('says the numbers and names that are played', () => {
    const [port] = service.ports;
    const [kind] = load.kinds;
    const lag = Object.entries(LAG_MODELS).find(([, model]) => isDeepStrictEqual(model, network.endpointLag))?.[0];
    const played = {
      '--replicas': deployment.replicas,
      '--strategy': deployment.strategy,
      '--nodes': network.nodes,
      '--retries': network.retries,
      '--balancer': network.balancer,
      '--endpoint-lag': lag,
      '--rate': load.openPerSecond,
      '--clients': load.closedClients,
      '--keep-alive-share': load.keepAliveShare,
      '--request': kind?.name,
      '--port': port?.containerPort,
      '--port-env': port?.variable,
      '--act': act,
      '--margin': margin,
      '--pre-stop': pod.preStop?.kind ?? 'none',
    };
    const said = Object.keys(played).map((flag) => [flag, saidOf(flag)]);
    expect(Object.fromEntries(said)).toEqual(
      Object.fromEntries(Object.entries(played).map(([flag, value]) => [flag, String(value)])),
    );
  });

  it('says how many pods an update may add and take away', () => {
    const said = resolveScenario({
      command: 'node main.js',
      maxSurge: saidOf('--max-surge') ?? '',
      maxUnavailable: saidOf('--max-unavailable') ?? '',
      replicas: 40,
    });
    const played = resolveScenario({ command: 'node main.js', replicas: 40 });
    expect(said.deployment).toEqual(played.deployment);
  });
});
