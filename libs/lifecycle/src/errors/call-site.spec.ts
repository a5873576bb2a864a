import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { callerOfExit, callSiteOf, currentStack } from './call-site.js';

const here = (path: string): string => join(process.cwd(), path);

describe('callSiteOf', () => {
  it.each([
    [
      'a function of the application',
      `    at flush (${here('src/otel.ts')}:5:9)`,
      'flush (src/otel.ts:5:9)',
      undefined,
    ],
    ['code without a name', `    at ${here('src/main.js')}:1:2`, 'src/main.js:1:2', undefined],
    ['an ES module', `    at ${pathToFileURL(here('src/main.mjs')).href}:1:2`, 'src/main.mjs:1:2', undefined],
    ['an async function', `    at async stop (${here('main.js')}:7:1)`, 'stop (main.js:7:1)', undefined],
    [
      'a package with a scope',
      '    at Object.run (/app/node_modules/@opentelemetry/sdk-node/build/sdk.js:3:4)',
      'Object.run (/app/node_modules/@opentelemetry/sdk-node/build/sdk.js:3:4)',
      '@opentelemetry/sdk-node',
    ],
    [
      'a package inside of a package',
      '    at x (/app/node_modules/a/node_modules/signal-exit/index.js:3:4)',
      'x (/app/node_modules/a/node_modules/signal-exit/index.js:3:4)',
      'signal-exit',
    ],
    [
      'an address that is no path',
      '    at run (webpack-internal:///./main.js:3:4)',
      'run (webpack-internal:///./main.js:3:4)',
      undefined,
    ],
  ])('finds %s', (_what, frame, text, packageName) => {
    const stack = `Error\n    at process.on (node:events:1:2)\n    at node:internal/timers:3:4\n${frame}\n    at other (/x.js:1:1)`;
    expect(callSiteOf(stack)).toEqual({ text, packageName });
  });

  it('finds nothing where only Node is in the stack', () => {
    expect(callSiteOf('Error\n    at process.emit (node:events:1:2)')).toBeUndefined();
    expect(callSiteOf('')).toBeUndefined();
  });
});

describe('callerOfExit', () => {
  it('is the frame below process.exit()', () => {
    const stack = `Error\n    at process.emit (node:events:1:2)\n    at process.exit (node:internal/process/per_thread:1:2)\n    at flush (${here('otel.js')}:5:9)`;
    expect(callerOfExit(stack)?.text).toBe('flush (otel.js:5:9)');
  });

  it('is unknown where the process ends by itself', () => {
    expect(
      callerOfExit(`Error\n    at process.emit (node:events:1:2)\n    at exit (${here('exit.js')}:1:1)`),
    ).toBeUndefined();
  });
});

describe('currentStack', () => {
  it('shows who made Node call us', () => {
    const emitter = new EventEmitter();
    let stack = '';
    emitter.on('event', () => {
      stack = currentStack();
    });
    function emits(): void {
      emitter.emit('event');
    }
    emits();
    expect(callSiteOf(stack)?.text).toMatch(/\(libs\/lifecycle\/src\/errors\/call-site\.spec\.ts:/);
  });

  it('is a text, and throws nothing, where making stacks fails', () => {
    const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    Object.defineProperty(Error, 'prepareStackTrace', {
      configurable: true,
      value: () => {
        throw new Error('no stacks here');
      },
    });
    try {
      expect(currentStack()).toEqual(expect.any(String));
    } finally {
      if (before === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
      else Object.defineProperty(Error, 'prepareStackTrace', before);
    }
  });
});
