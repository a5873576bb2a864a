import { type GrpcHealth, followGrpcHealth } from 'nestjs-lifecycle';
import { HealthImplementation } from 'grpc-health-check';
import { GrpcClient } from '../support/grpc-client.js';
import { until } from '../support/event-loop.js';
import { startGrpcWorld } from '../support/grpc-world.js';

describe('the gRPC health service', () => {
  it('serves while the service is ready, and not from the tick on in which it leaves, for those who watch as well', async () => {
    const health = new HealthImplementation({ '': 'NOT_SERVING' });
    const world = await startGrpcWorld('pure', { onServer: (_definition, server) => health.addToServer(server) });
    followGrpcHealth(world.shutdown, health);
    const client = new GrpcClient(world.port);
    await until('it is ready', () => world.shutdown.phase === 'ready');
    expect(await client.check()).toBe('SERVING');
    const seen: string[] = [];
    const watching = client.watchHealth((status) => seen.push(status));
    await until('its state is known', () => seen.length === 1);
    world.gate.open();
    await world.app.close();
    await watching;
    expect(seen).toEqual(['SERVING', 'NOT_SERVING']);
    // Nobody waits for those who watch.
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { interrupted: [] } });
  });

  it('goes on to serve while the service leaves, where its readiness stays green', async () => {
    const health = new HealthImplementation({ '': 'NOT_SERVING' });
    const world = await startGrpcWorld('pure', {
      options: { singleReplica: true },
      onServer: (_definition, server) => health.addToServer(server),
    });
    followGrpcHealth(world.shutdown, health);
    const client = new GrpcClient(world.port);
    await until('it is ready', () => world.shutdown.phase === 'ready');
    const seen: string[] = [];
    const watching = client.watchHealth((status) => seen.push(status));
    await until('its state is known', () => seen.length === 1);
    world.gate.open();
    await world.app.close();
    await watching;
    expect(new Set(seen)).toEqual(new Set(['SERVING']));
  });

  it('turns for every name, one after the other, also when one of them fails', async () => {
    const told: string[] = [];
    const health: GrpcHealth = {
      setStatus: (service, status) => {
        if (service === 'broken') throw new Error('no such service');
        told.push(`${service} ${status}`);
      },
    };
    const world = await startGrpcWorld('pure');
    await until('it is ready', () => world.shutdown.phase === 'ready');
    followGrpcHealth(world.shutdown, health, ['broken', 'shop.Prices']);
    await world.app.close();
    expect(new Set(told)).toEqual(new Set(['shop.Prices SERVING', 'shop.Prices NOT_SERVING']));
  });
});
