import { type EventEmitter } from 'node:events';
import { watchUncaughtErrors } from './uncaught-errors.js';

const PACKAGE = '/app/node_modules/ioredis/built/redis/event_handler.js:207:37';

/** As Node emits them. */
const node: EventEmitter = process;

/** Whether the process goes on after an error with these frames: then there is a listener for it, which Node asks for. */
function goesOn(...frames: readonly string[]): boolean {
  const error = Object.assign(new Error('lost'), {
    stack: ['Error: lost', ...frames.map((at) => `    at ${at}`)].join('\n'),
  });
  // Jest has none of its own for these.
  const before = process.listenerCount('uncaughtException');
  const stop = watchUncaughtErrors(() => undefined);
  try {
    node.emit('uncaughtExceptionMonitor', error, 'unhandledRejection');
    return process.listenerCount('uncaughtException') > before;
  } finally {
    stop();
    if (process.listenerCount('uncaughtException') > before)
      node.emit('uncaughtException', error, 'unhandledRejection');
  }
}

describe('an error that is not caught during a shutdown', () => {
  it.each([
    ['is of a function', `Redis.flushQueue (${PACKAGE})`],
    ['is of a function without a name', `Socket.<anonymous> (${PACKAGE})`],
    ['has no function', PACKAGE],
    ['is awaited', `async Redis.quit (${PACKAGE})`],
    ['is of a module', 'connect (file:///app/node_modules/mqtt/build/index.js:1:2)'],
    ['is on Windows', String.raw`connect (C:\app\node_modules\mqtt\index.js:1:2)`],
  ])('ends nothing where its stack is of a package: a frame that %s', (_what, frame) => {
    expect(goesOn(frame)).toBe(true);
    expect(
      goesOn(frame, 'Socket.emit (node:events:524:28)', 'new Promise (<anonymous>)', 'async Promise.all (index 0)'),
    ).toBe(true);
  });

  it.each([
    ['is of a function', 'OrdersService.place (/app/dist/orders.js:3:4)'],
    ['is of a function without a name', 'Server.<anonymous> (/app/dist/orders.js:3:4)'],
    ['has no function', 'file:///app/dist/orders.js:3:4'],
  ])('ends the process where a call of the application is in it: a frame that %s', (_what, frame) => {
    expect(goesOn(`Socket.<anonymous> (${PACKAGE})`, frame)).toBe(false);
  });

  it('ends the process where its stack names no file', () => {
    expect(goesOn()).toBe(false);
    expect(goesOn('Socket.emit (node:events:524:28)')).toBe(false);
  });
});
