import { Transform, Writable } from 'node:stream';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type LogForm, logFormOf } from './log-form.js';

const MESSAGE = Symbol.for('message');
const production = { isProduction: true, pinoTransports: () => undefined };
const development = { isProduction: false, pinoTransports: () => undefined };

/** As winston: a logger that writes, with a format that puts what is printed into `info`. */
const formatting = (print: (info: object) => string, transports: object[] = []) => ({
  write: () => true,
  transports,
  format: { transform: (info: object) => ({ ...info, [MESSAGE]: print(info) }) },
});
const json = (info: object): string => JSON.stringify(info);
const pretty = (info: object): string => inspect(info, { depth: 9 });

/** As pino: its stream is below a symbol of the prototype of every logger. */
const pinoOf = (stream: object): object => Object.create({ [Symbol('pino.stream')]: stream }) as object;
const transform = new Transform({ transform: (_chunk, _encoding, done) => done() });

describe('logFormOf', () => {
  it.each<[string, object, LogForm]>([
    ['nothing is known of', { log: () => undefined }, 'record'],
    ['formats JSON', formatting(json), 'record'],
    ['formats over many lines', formatting(pretty), 'sentence'],
    ['formats nothing', formatting(() => 'a line'), 'record'],
    ['wraps one that formats over many lines', { inner: { winston: formatting(pretty) } }, 'sentence'],
    ['has one transport that does', formatting(json, [formatting(json), formatting(pretty)]), 'sentence'],
    ['has one that does, and is silent', formatting(json, [{ ...formatting(pretty), silent: true }]), 'record'],
    ['has a format that throws', formatting(() => JSON.parse('{') as string), 'record'],
    ['writes JSON to a stream', pinoOf(new Writable()), 'record'],
    ['writes JSON to several', pinoOf({ streams: [{ stream: new Writable() }] }), 'record'],
    ['writes to a stream that makes it pretty', pinoOf(transform), 'sentence'],
    ['writes to several, of which one does', pinoOf({ streams: [{ stream: transform }] }), 'sentence'],
    [
      'is behind an accessor `logger`',
      Object.create({
        get logger() {
          return pinoOf(transform);
        },
      }) as object,
      'sentence',
    ],
    ['has no text in an object', { streams: [], addSerializers() {}, child() {} }, 'record-with-message'],
    [
      'cannot be looked at',
      new Proxy({}, { getOwnPropertyDescriptor: () => JSON.parse('{') as undefined, ownKeys: () => ['a'] }),
      'record',
    ],
  ])('finds the form for a logger that %s', (_what, logger, form) => {
    expect(logFormOf(logger, production)).toBe(form);
  });

  describe('of a worker of pino', () => {
    const worker = Object.create(Worker.prototype) as Worker;
    const inWorker = pinoOf({ worker });
    const told = (...transports: object[]) => ({ isProduction: true, pinoTransports: () => transports });

    it('takes what shows nothing for pretty outside production alone', () => {
      expect(logFormOf(inWorker, development)).toBe('sentence');
      expect(logFormOf(inWorker, production)).toBe('record');
    });

    it('knows what it was told to do', () => {
      expect(logFormOf(inWorker, told({ target: 'pino-pretty' }))).toBe('sentence');
      expect(logFormOf(inWorker, told({ target: 'pino-loki' }, { target: 'pino-pretty' }))).toBe('sentence');
      expect(logFormOf(inWorker, told({ target: 'pino-pretty', options: { singleLine: true } }))).toBe('record');
      expect(logFormOf(inWorker, { ...told({ target: 'pino/file' }), isProduction: false })).toBe('record');
    });

    it('knows the name of its thread', () => {
      const named = Object.assign(Object.create(worker) as object, { threadName: 'pino-pretty' });
      expect(logFormOf(pinoOf({ worker: named }), production)).toBe('sentence');
    });
  });
});
