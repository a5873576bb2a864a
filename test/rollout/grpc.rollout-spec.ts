import { join } from 'node:path';
import { jsonReport, playRehearsal, type Rehearsal, type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { rehearsalProblems } from '../support/rehearsal-schema.js';
import { programFolders, root } from '../support/repository.js';

const proto = join(root, 'test/support/prices.proto');

/** Both pods are replaced at once, and the nodes learn half a second late. */
function options(env: Record<string, string>): RehearsalOptions {
  return {
    command: ['node', join(programFolders[12], 'grpc-prices.js')],
    env: { ...env, PROTO: proto, NO_COLOR: '1' },
    grpcProto: proto,
    requests: ['GRPC shop.Prices/Find {"name":"{n}"} x4', 'GRPC shop.Prices/Feed {"name":"feed"}'],
    replicas: 2,
    maxSurge: 2,
    maxUnavailable: 0,
    gracePeriod: '6s',
    readiness: { grpc: true, period: '250ms', timeout: '5s', failureThreshold: 20 },
    liveness: false,
    nodes: 2,
    endpointLag: 500,
    rate: 30,
    clients: 6,
    keepAliveConnections: 8,
    warmUp: '500ms',
    coolDown: '300ms',
    seed: 20_261_130,
    requestTimeout: '8s',
  };
}

describe('rehearse a service of gRPC', () => {
  let withModule: Rehearsal;
  let plain: Rehearsal;
  beforeAll(async () => {
    withModule = await playRehearsal(options({ OPTIONS: JSON.stringify({ lameDuck: 1500 }) }));
    plain = await playRehearsal(options({}));
  }, 120_000);

  it('loses no call and no stream of one that has the module', () => {
    const { verdict, records } = withModule;
    expect(verdict.faults.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(verdict.lost).toEqual([]);
    expect(verdict.update).toBe('complete');
    // Those that were open at the stop were told to go, and others came to the new pods.
    expect(
      records.filter(({ client, fate }) => client === 'grpc-stream' && fate === 'told-to-go').length,
    ).toBeGreaterThan(0);
    expect(records.filter(({ client, fate }) => client === 'grpc' && fate === 'answered').length).toBeGreaterThan(50);
    expect(rehearsalProblems(JSON.parse(jsonReport(withModule)))).toEqual([]);
  });

  it('says what one without it loses, and why', () => {
    const { verdict } = plain;
    const codes = verdict.faults.filter(({ lost }) => lost > 0).map(({ code }) => code);
    expect(codes).toContain('cuts-in-flight');
    expect(verdict.lost.some(({ record }) => record.client === 'grpc-stream')).toBe(true);
    expect(rehearsalProblems(JSON.parse(jsonReport(plain)))).toEqual([]);
  });
});
