import { type EventEmitter } from 'node:events';
import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { onRequests } from './request-arrivals.js';
import { gateRequests } from './request-gate.js';
import { ServerListeners } from './server-listeners.js';

function request(): [IncomingMessage, ServerResponse] {
  const incoming = new IncomingMessage(new Socket());
  return [incoming, new ServerResponse(incoming)];
}

describe('onRequests', () => {
  it.each(['request', 'checkContinue', 'checkExpectation'])(
    'tells of a %s before its listeners hear of it',
    (event) => {
      const heard: string[] = [];
      const server = createServer().on(event, () => heard.push('listener'));
      onRequests(server, () => heard.push('arrived'));
      expect(server.emit(event, ...request())).toBe(true);
      expect(heard).toEqual(['arrived', 'listener']);
    },
  );

  it('passes everything on as it is, with what emit() answers', () => {
    const server = createServer();
    onRequests(server, () => undefined);
    const emitter: EventEmitter = server;
    const heard: unknown[][] = [];
    const own = Symbol('own');
    emitter.on(own, function (this: unknown, ...args: unknown[]) {
      heard.push([this, ...args]);
    });
    expect([emitter.emit(own, 1, 2, 3, 4), emitter.emit('nothing')]).toEqual([true, false]);
    emitter.once('request', (...args: unknown[]) => heard.push(args.slice(2)));
    emitter.emit('request', ...request(), 'more');
    expect(heard).toEqual([[server, 1, 2, 3, 4], ['more']]);
    expect(server.listenerCount('request')).toBe(0);
    expect(Object.keys(server)).not.toContain('emit');
  });

  it('lets instrumentation put its own emit() on the class or on the server, before and after', () => {
    const seen: unknown[] = [];
    class Instrumented {
      emit(event: unknown): boolean {
        seen.push(event);
        return true;
      }
    }
    const server = Object.create(Instrumented.prototype) as Server;
    const undo = onRequests(server, () => seen.push('arrived'));
    Instrumented.prototype.emit = (event) => seen.push('later', event) > 0;
    server.emit('request', ...request());
    expect(seen).toEqual(['arrived', 'later', 'request']);
    const own = (): boolean => true;
    server.emit = own;
    undo();
    expect(Object.getOwnPropertyDescriptor(server, 'emit')?.value).toBe(own);
  });

  it('tells of nothing once it is undone, also below what was put around it', () => {
    const server = createServer();
    let arrivals = 0;
    const undo = onRequests(server, () => (arrivals += 1));
    const around = server.emit.bind(server);
    undo();
    around('request', ...request());
    expect(arrivals).toBe(0);
    expect(Object.hasOwn(server, 'emit')).toBe(false);
  });

  it('leaves a server as it was, with a gate around it', () => {
    const server = createServer();
    const listeners = new ServerListeners();
    listeners.add(server);
    listeners.keep(
      server,
      onRequests(server, () => undefined),
    );
    listeners.keep(
      server,
      gateRequests(server, () => false),
    );
    listeners.remove(server);
    expect(Object.hasOwn(server, 'emit')).toBe(false);
  });
});
