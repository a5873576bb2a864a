import { turns, watch } from '../../../../test/support/event-loop.js';
import { clientWorld } from '../../../../test/support/load-world.js';
import { ConnectionLife } from './connection-life.js';
import { Exchange, type Way } from './exchange.js';

function wayThat(hasOpened: boolean): Way {
  return { hasOpened, localPort: hasOpened ? 1 : undefined, life: new ConnectionLife() };
}

describe('Exchange', () => {
  it('is a black hole when its connection has not even opened in time', async () => {
    const { world, clock } = clientWorld(0);
    const way = wayThat(false);
    const exchange = new Exchange(world, way, false);
    const state = watch(exchange.settled);
    await clock.advance(999);
    expect(state.isSettled).toBe(false);
    await clock.advance(1);
    expect(await exchange.settled).toMatchObject({ fate: 'black-hole', endedAt: 1000, answeredAt: undefined });
  });

  it('settles once, whatever comes later, and cleans up once', async () => {
    const { world, clock, abandoned } = clientWorld(0);
    const exchange = new Exchange(world, wayThat(true), true);
    let cleaned = 0;
    exchange.whenSettled(() => (cleaned += 1));
    exchange.settle('answered');
    exchange.settle('reset');
    exchange.fail(new Error('late'));
    exchange.renewPatience();
    abandoned.abort();
    await clock.advance(5000);
    expect(await exchange.settled).toMatchObject({ fate: 'answered', endedAt: 0, isReused: true });
    expect(cleaned).toBe(1);
    exchange.whenSettled(() => (cleaned += 1));
    expect(cleaned).toBe(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('may be silent without end when its patience has ended', async () => {
    const { world, clock } = clientWorld(0);
    const exchange = new Exchange(world, wayThat(true), false);
    const state = watch(exchange.settled);
    exchange.endPatience();
    await clock.advance(1_000_000);
    await turns();
    expect(state.isSettled).toBe(false);
  });

  it('does not blame a service for ports and files that this machine has not got', async () => {
    const { world } = clientWorld(0);
    const exchange = new Exchange(world, wayThat(false), false);
    exchange.fail(Object.assign(new Error('no port'), { code: 'EADDRNOTAVAIL' }));
    expect(await exchange.settled).toMatchObject({
      fate: 'unfinished',
      detail: 'this machine: EADDRNOTAVAIL: no port',
    });
  });
});
