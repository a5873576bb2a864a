import { Controller, Inject, Injectable, Post, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { ask, type HttpApp, type HttpAppParts, startHttpApp } from '../support/http-app.js';

const names = ({ shutdown }: HttpApp): string[] => shutdown.inFlight().items.map(({ name }) => name);

interface Listening extends HttpApp {
  readonly emitter: EventEmitter2;
  readonly gate: Gate;
  readonly heard: string[];
}

async function startListening(
  parts: HttpAppParts = {},
  listeners: (gate: Gate, heard: string[]) => new (...args: never[]) => object = usual,
): Promise<Listening> {
  const gate = new Gate();
  const heard: string[] = [];
  const world = await startHttpApp('express', {
    ...parts,
    imports: [EventEmitterModule.forRoot({ wildcard: true })],
    providers: [listeners(gate, heard)],
  });
  return { ...world, gate, heard, emitter: world.app.get(EventEmitter2) };
}

function usual(gate: Gate, heard: string[]): new () => object {
  @Injectable()
  class Mails {
    @OnEvent('order.placed')
    async confirm(id: number): Promise<string> {
      await gate.pass();
      heard.push(`confirm ${id}`);
      return 'confirmed';
    }

    @OnEvent('order.*', { async: true })
    async audit(): Promise<void> {
      await gate.pass();
      heard.push('audit');
    }

    @OnEvent('order.placed', { nextTick: true, prependListener: true })
    async count(): Promise<void> {
      await gate.pass();
      heard.push('count');
    }
  }
  return Mails;
}

describe('@OnEvent() listeners', () => {
  it('of an answered request are waited for and named, from the event on', async () => {
    @Controller('orders')
    class Orders {
      constructor(@Inject(EventEmitter2) private readonly emitter: EventEmitter2) {}

      @Post()
      place(): string {
        this.emitter.emit('order.placed', 7);
        return 'placed';
      }
    }
    const world = await startListening({ controllers: [Orders] });
    expect(await ask(world.url, { method: 'POST', path: '/orders' })).toMatchObject({ body: 'placed' });
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    expect(names(world).toSorted()).toEqual(['Mails.audit', 'Mails.confirm', 'Mails.count']);
    // What is emitted meanwhile is handled, too.
    world.emitter.emit('order.placed', 8);
    expect(names(world)).toHaveLength(6);
    world.gate.open();
    await closing;
    expect(world.heard).toHaveLength(6);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', unseen: [] });
  });

  it('are called in the same tick, in the same order and with the same answers as without the module', async () => {
    const plain = await startListening({ options: { enabled: false } });
    const followed = await startListening();
    const answers = async ({ emitter, gate, heard }: Listening): Promise<unknown[]> => {
      gate.open();
      const answered: unknown[] = await emitter.emitAsync('order.placed', 7);
      await until('all have heard', () => heard.length === 3);
      // An asynchronous listener answers with its timer.
      return [answered.map((answer) => (typeof answer === 'object' ? 'a timer' : answer)), heard];
    };
    expect(await answers(followed)).toEqual(await answers(plain));
    expect(names(followed)).toEqual([]);
    expect(followed.emitter.listeners('order.placed')).toHaveLength(plain.emitter.listeners('order.placed').length);
  });

  it('of each request are, too: request-scoped ones', async () => {
    const world = await startListening({}, (gate, heard) => {
      @Injectable({ scope: Scope.REQUEST })
      class Scoped {
        constructor(@Inject(REQUEST) private readonly payload: { readonly id: number }) {}

        @OnEvent('paid', { async: true })
        async confirm(): Promise<void> {
          await gate.pass();
          heard.push(`paid ${this.payload.id}`);
        }
      }
      return Scoped;
    });
    const emitted = world.emitter.emitAsync('paid', { id: 9 });
    expect(names(world)).toEqual(['Scoped.confirm']);
    await world.gate.reached();
    expect(names(world)).toEqual(['Scoped.confirm']);
    world.gate.open();
    await emitted;
    expect(names(world)).toEqual([]);
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', unseen: [] });
  });

  it('fail as they do without the module, and count no more', async () => {
    const world = await startListening({}, () => {
      @Injectable()
      class Failing {
        @OnEvent('quiet')
        quiet(): void {
          throw new Error('told by the log');
        }

        @OnEvent('loud', { suppressErrors: false })
        async loud(): Promise<void> {
          await Promise.reject(new Error('told by the emitter'));
        }
      }
      return Failing;
    });
    await world.emitter.emitAsync('quiet');
    await expect(world.emitter.emitAsync('loud')).rejects.toThrow('told by the emitter');
    expect(world.logger.texts('error')).toEqual([expect.stringContaining('told by the log')]);
    expect(names(world)).toEqual([]);
  });

  it('are named in the report where they are cut', async () => {
    const world = await startListening({ options: { drainTimeout: '20ms' } });
    world.emitter.emit('order.placed', 7);
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: {
        inFlightAtStart: 3,
        interrupted: expect.arrayContaining([
          expect.objectContaining({ kind: 'event', name: 'Mails.confirm' }),
        ]) as unknown,
      },
    });
  });
});
