import { filter, firstValueFrom, skipWhile } from 'rxjs';
import { until } from '../support/event-loop.js';
import { RabbitWorld } from '../support/rabbit-world.js';

const NAMES = Array.from({ length: 20 }, (_, index) => `message ${index}`);

describe('the intake of a RabbitMQ consumer', () => {
  it('ends at the signal: what comes in the lame duck is worked on by another instance, what runs is finished', async () => {
    const world = await RabbitWorld.start();
    const { service, taken, working } = await world.serve();
    const client = await world.client();
    const running = client.ask('running');
    await working.reached();
    service.signal('SIGTERM');
    const next = await world.serveBeside();
    for (const name of NAMES) await client.emit(name);
    await until('the other instance has them all', () => next.taken.length === NAMES.length);
    expect(service.shutdown.phase).toBe('lame-duck');
    working.open();
    expect(await running).toBe('running');
    service.shutdown.endWait();
    expect(await service.ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean', unseen: [] } });
    expect(taken).toEqual(['running']);
  });

  it('stays ended when the connection is lost and comes back', async () => {
    const world = await RabbitWorld.start();
    const { app, service, taken } = await world.serve();
    const client = await world.client();
    service.signal('SIGTERM');
    const isBack = firstValueFrom(
      app.status.pipe(
        skipWhile((status) => status !== 'disconnected'),
        filter((status) => status === 'connected'),
      ),
    );
    world.network.cut();
    await isBack;
    for (const name of NAMES) await client.emit(name);
    const next = await world.serveBeside();
    await until('another instance has them all', () => next.taken.length === NAMES.length);
    service.shutdown.endWait();
    expect(await service.ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean' } });
    expect(taken).toEqual([]);
  });

  it('gives back what the broker had sent and no handler has begun, in the lame duck', async () => {
    const world = await RabbitWorld.start();
    const { service, taken, working } = await world.serve({ prefetchCount: 0 });
    working.open();
    const client = await world.client();
    await client.emit('first');
    await until('the first has come', () => taken.length === 1);
    world.network.hold();
    for (const name of NAMES) await client.emit(name);
    service.signal('SIGTERM');
    world.network.release();
    const next = await world.serveBeside();
    await until('the other instance has them all', () => next.taken.length === NAMES.length);
    expect(service.shutdown.phase).toBe('lame-duck');
    service.shutdown.endWait();
    expect(await service.ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean' } });
    expect(taken).toEqual(['first']);
  });

  it('goes on in the lame duck where no other instance can consume from its queue', async () => {
    const world = await RabbitWorld.start();
    const { service, taken, working } = await world.serve({ queueOptions: { exclusive: true, durable: false } });
    working.open();
    service.signal('SIGTERM');
    const client = await world.client();
    await client.emit('late');
    await until('it has come', () => taken.length === 1);
    expect(service.shutdown.phase).toBe('lame-duck');
    service.shutdown.endWait();
    expect(await service.ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean' } });
  });
});
