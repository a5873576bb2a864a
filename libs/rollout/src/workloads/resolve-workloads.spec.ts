import { resolveWorkloads } from './resolve-workloads.js';
import { startOrder } from './start-order.js';
import { type WorkloadOptions, type WorkloadsOptions } from './workloads-options.js';

function workload(changes: Partial<WorkloadOptions> = {}): WorkloadOptions {
  return { command: 'node main.js', readiness: '/ready', liveness: false, ...changes };
}

const THREE = {
  gateway: workload({ isFront: true, env: { AUTH: 'http://auth:3000', STORE: 'redis://u:p@store.data.svc:6379/0' } }),
  auth: workload({ env: { DIAGRAMS: 'diagrams,other' } }),
  store: workload({ namespace: 'data', env: { AUTHOR: 'auth-or' } }),
  diagrams: workload(),
};

function problemsOf(options: WorkloadsOptions): string {
  try {
    resolveWorkloads(options);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('several workloads', () => {
  it('are rolled in the order that is named, then as they are written', () => {
    const { order, rolled } = resolveWorkloads({ workloads: THREE, order: ['diagrams', 'auth'] });
    expect(order.map(({ name }) => name)).toEqual(['diagrams', 'auth', 'gateway', 'store']);
    expect(rolled).toBe('in-turn');
  });

  it('are started after those that they name, by whatever name', () => {
    const levels = startOrder(resolveWorkloads({ workloads: THREE }).workloads);
    expect(levels.map((level) => level.map(({ name }) => name))).toEqual([
      ['store', 'diagrams'],
      ['auth'],
      ['gateway'],
    ]);
  });

  it('are started together where they name each other', () => {
    const workloads = {
      a: workload({ isFront: true, env: { B: 'http://b' } }),
      b: workload({ env: { A: 'http://a' } }),
    };
    expect(startOrder(resolveWorkloads({ workloads }).workloads)).toHaveLength(1);
  });

  it('may be a consumer of messages alone, and no two of them', () => {
    const messages = { url: 'amqp://127.0.0.1:5672', queue: 'orders' };
    const one = { command: 'node a.js', messages };
    expect(resolveWorkloads({ workloads: { mailer: one } }).workloads[0]).toMatchObject({ isFront: false });
    expect(() => resolveWorkloads({ workloads: { mailer: one, printer: one } })).toThrow(
      /mailer and printer have some/,
    );
  });

  it('share a seed, and each is called by its own name where no Service is written', () => {
    const { workloads } = resolveWorkloads({ workloads: THREE, seed: 7 });
    expect(workloads.map(({ scenario }) => scenario.seed)).toEqual([7, 7, 7, 7]);
    expect(workloads[1]?.services).toEqual([
      {
        name: 'auth',
        namespace: 'default',
        workload: 'auth',
        ports: [{ name: 'http', port: 3000, containerPort: 3000 }],
      },
    ]);
  });

  it('say everything that is wrong at once, each with its workload', () => {
    const text = problemsOf({
      workloads: {
        gateway: workload({ replicas: 0, services: [{ name: 'auth', ports: [{ port: 80, targetPort: 'grpc' }] }] }),
        auth: workload({ services: [{ name: 'auth', ports: [{ port: 80, targetPort: 'grpc' }] }] }),
      },
      order: ['auht', 'auth', 'auth'],
    });
    expect(text).toContain('workloads.gateway.replicas: write 1 or more');
    expect(text).toContain(
      'workloads.auth.services[0]: port 80 of Service auth goes to grpc, which is no port that auth reads',
    );
    expect(text).toContain('order: there is no workload auht: did you mean auth?');
    expect(text).toContain('order: names auth twice');
  });

  it('need one that is asked from outside, something that is done, and Services that lead to one of them', () => {
    expect(problemsOf({ workloads: { a: workload() } })).toContain('none is asked from outside');
    expect(problemsOf({ workloads: { a: workload({ isFront: true, act: 'none' }) } })).toContain('nothing is done');
    const services = [{ name: 'api', ports: [{ port: 3000 }] }];
    const twice = { a: workload({ isFront: true, services }), b: workload({ services }) };
    expect(problemsOf({ workloads: twice })).toContain('Service api in default leads to a as well');
  });

  it('have one cluster: what is the same for all is refused within one', () => {
    const seeded = { ...workload({ isFront: true }), seed: 5 };
    expect(problemsOf({ workloads: { a: seeded } })).toContain('workloads.a.seed: is the same for all');
  });

  it.each([
    [{ minAvailable: '50%' }, 2],
    [{ minAvailable: 1 }, 1],
    [{ maxUnavailable: 1 }, 2],
    [{ maxUnavailable: '30%' }, 2],
    [undefined, 0],
  ])('keep to their disruption budget as its controller counts: %j', (budget, leastHealthy) => {
    const workloads = { a: workload({ isFront: true, replicas: 3, ...(budget && { budget }) }) };
    expect(resolveWorkloads({ workloads }).workloads[0]?.leastHealthy).toBe(leastHealthy);
  });

  it('may be workers, which nothing is routed to', () => {
    const { workloads } = resolveWorkloads({
      workloads: { a: workload({ isFront: true }), b: workload({ isWorker: true }) },
    });
    expect(workloads[1]?.services).toEqual([]);
    expect(workloads[1]?.scenario.service.ports.some(({ isTraffic }) => isTraffic)).toBe(false);
  });
});
