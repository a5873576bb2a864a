import { Worker } from 'node:worker_threads';
import { type LogSurroundings } from './log-surroundings.js';
import { isObject } from '../errors/foreign-value.js';

/** What pino calls the symbol under which a logger has its stream; read in pino 8, 9 and 10. */
const STREAM = 'pino.stream';
/** What a transport of pino that writes JSON is called, among those that come with it. */
const JSON_TARGET = /(^|[/\\])pino[/\\]file(\.js)?$/;
const PRETTY_TARGET = /pretty/i;

/** Where a pino logger writes its lines of JSON; `undefined` for any other object. */
export function pinoStreamOf(part: object): object | undefined {
  for (let owner: unknown = part; isObject(owner); owner = Object.getPrototypeOf(owner)) {
    const symbol = Object.getOwnPropertySymbols(owner).find(({ description }) => description === STREAM);
    const stream: unknown = symbol === undefined ? undefined : Reflect.get(part, symbol);
    if (isObject(stream)) return stream;
  }
  return undefined;
}

/**
 * Whether what pino writes is made pretty behind its stream, each field on a line of its own. A file, a socket and whatever
 * only takes lines get JSON. A transport in a worker is known where nestjs-pino was given it, and by the name of its
 * thread, which newer Node and pino give it. Of any other nothing shows: outside production it is taken for a pretty one,
 * in production for one that ships JSON. A stream in this thread that hands on what it makes of the lines is taken for a
 * pretty one everywhere, since those that ship have a worker.
 */
export function printsPretty(stream: object, surroundings: LogSurroundings): boolean {
  const streams: unknown = Reflect.get(stream, 'streams');
  if (Array.isArray(streams)) {
    return streams.some((entry: unknown) => {
      const inner: unknown = isObject(entry) ? Reflect.get(entry, 'stream') : undefined;
      return isObject(inner) && printsPretty(inner, surroundings);
    });
  }
  const worker: unknown = Reflect.get(stream, 'worker');
  if (!(worker instanceof Worker)) return isTransform(stream);
  return isPrettyWorker(worker, surroundings) ?? !surroundings.isProduction;
}

/** `undefined` where that does not show. */
function isPrettyWorker(worker: Worker, surroundings: LogSurroundings): boolean | undefined {
  const transports = surroundings.pinoTransports() ?? [{ target: Reflect.get(worker, 'threadName') as unknown }];
  const targets = new Set(transports.map(isPrettyTarget));
  if (targets.has(true)) return true;
  return targets.has(undefined) ? undefined : false;
}

function isPrettyTarget(transport: object): boolean | undefined {
  const target: unknown = Reflect.get(transport, 'target');
  if (typeof target !== 'string') return undefined;
  if (!PRETTY_TARGET.test(target)) return JSON_TARGET.test(target) ? false : undefined;
  const options: unknown = Reflect.get(transport, 'options');
  return !isObject(options) || Reflect.get(options, 'singleLine') !== true;
}

/** It hands on what it makes of the lines. */
function isTransform(stream: object): boolean {
  return typeof Reflect.get(stream, '_transform') === 'function';
}
