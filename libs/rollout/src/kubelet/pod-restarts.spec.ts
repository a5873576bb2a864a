import { noticed, reached, startPod, startReadyPod } from '../../../../test/support/fake-kubelet.js';
import { fakeProbe } from '../../../../test/support/fake-pods.js';
import { promisesSettled } from '../../../../test/support/manual-clock.js';

describe('a container that ends without a deletion', () => {
  it('is started anew when its liveness probe fails, with preStop and grace, and stays ready until readiness fails', async () => {
    const run = await startReadyPod(
      { preStop: { kind: 'sleep', ms: 2000 } },
      { prepare: (process) => (process.stopsAfterMs = 3000) },
    );
    const first = run.pods.of('v1-1');
    first.answers['/live'] = false;
    await reached(run, 'pre-stop-ended');
    await run.clock.advance(2900);
    expect(run.pod).toMatchObject({ isReady: true, isDeleted: false });
    expect(first.signals).toEqual(['SIGTERM']);
    await run.clock.advance(2000);
    expect(run.types().filter((type) => type.startsWith('container') || type.startsWith('pod-'))).toEqual([
      'pod-created',
      'container-started',
      'pod-ready',
      'container-exited',
      'pod-not-ready',
      'container-restarted',
      'container-started',
      'pod-ready',
    ]);
    expect(run.only('container-restarted')[0]?.reason).toBe('the liveness probe failed');
    expect(run.pod.restarts).toBe(1);
    const ports = run.only('container-started').map(({ ports }) => ports['http']);
    expect(ports[0]).toBe(ports[1]);
  });

  it('is started anew when its start-up probe fails', async () => {
    const startupProbe = fakeProbe('/started', { failureThreshold: 2 });
    const run = await startPod({ startupProbe }, { prepare: (process) => (process.answers['/started'] = false) });
    await reached(run, 'container-restarted');
    expect(run.only('container-restarted')[0]?.reason).toBe('the start-up probe failed');
  });

  it('is started anew when it ends by itself, at once, then after 10 and 20 seconds', async () => {
    const run = await startPod();
    const restarts = (): number => run.pod.restarts;
    run.pods.of('v1-1').end(1);
    await run.clock.advance(1000);
    expect(restarts()).toBe(1);
    expect(run.only('container-restarted')[0]?.reason).toBe('it exited with code 1');
    run.pods.of('v1-1').end(1);
    await run.clock.advance(9999);
    expect(restarts()).toBe(1);
    await run.clock.advance(1001);
    expect(restarts()).toBe(2);
    run.pods.of('v1-1').end(1);
    await run.clock.advance(19_999);
    expect(restarts()).toBe(2);
    await run.clock.advance(1001);
    expect(restarts()).toBe(3);
  });

  it('keeps its endpoint ready until the kubelet has seen that it ended', async () => {
    const readinessProbe = fakeProbe('/ready', { periodMs: 60_000 });
    const run = await startReadyPod({ livenessProbe: undefined, readinessProbe });
    run.pods.of('v1-1').end(1);
    await promisesSettled();
    expect(run.only('container-exited')).toHaveLength(1);
    expect(run.pod.isReady).toBe(true);
    await run.clock.advance(1000);
    expect(run.at('pod-not-ready')).toHaveLength(1);
  });

  it('is not started anew once the kubelet knows that its pod has been deleted', async () => {
    const run = await startPod();
    run.pod.delete('scaled down');
    await noticed(run);
    run.pods.of('v1-1').end(1);
    await run.clock.advance(20_000);
    expect(run.pods.started).toHaveLength(1);
    expect(run.pod.isGone).toBe(true);
  });

  it('is stopped once, also when its pod is deleted meanwhile', async () => {
    const run = await startPod({}, { prepare: (process) => (process.stopsAfterMs = 10_000) });
    run.pod.restart('chaos');
    await run.clock.advance(1000);
    run.pod.delete('scaled down');
    await run.clock.advance(20_000);
    expect(run.pods.of('v1-1').signals).toEqual(['SIGTERM']);
    expect(run.pod.isGone).toBe(true);
    expect(run.pods.started).toHaveLength(1);
  });

  it('gets other ports, once and at once, when one of its own had been taken', async () => {
    const run = await startPod(
      {},
      {
        prepare: (process) => {
          if (process.pid > 2) return;
          process.order.onLine({ stream: 'stderr', line: 'Error: listen EADDRINUSE: address already in use :::20001' });
          process.end(1);
        },
      },
    );
    await run.clock.advance(0);
    const [first, second] = run.only('container-started').map(({ ports }) => ports['http']);
    expect(second).not.toBe(first);
    expect(run.notes).toHaveLength(1);
    expect(run.pods.started).toHaveLength(2);
    await run.clock.advance(1000);
    expect(run.pod.restarts).toBe(1);
  });

  it('that cannot be started at all is tried again like one that ended', async () => {
    const run = await startPod();
    run.pods.startError = new Error('cannot start "service"');
    run.pods.of('v1-1').end(0);
    await run.clock.advance(1000);
    expect(run.only('log-written').at(-1)?.line).toBe('cannot start "service"');
    expect(run.only('container-exited').at(-1)?.code).toBe(128);
  });
});
