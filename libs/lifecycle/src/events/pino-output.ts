import { Worker } from 'node:worker_threads';
import { type LogSurroundings } from './log-surroundings.js';
import { isObject } from '../errors/foreign-value.js';

/** The description of the symbol under which a pino logger has its stream; read in pino 8, 9 and 10. */
const STREAM = 'pino.stream';
/** The transport of pino itself that writes JSON. */
const JSON_TARGET = /(^|[/\\])pino[/\\]file(\.js)?$/;
const PRETTY_TARGET = /pretty/i;

/** The stream to which a pino logger writes its lines of JSON; `undefined` for any other object. */
export function pinoStreamOf(part: object): object | undefined {
  for (let owner: unknown = part; isObject(owner); owner = Object.getPrototypeOf(owner)) {
    const symbol = Object.getOwnPropertySymbols(owner).find(({ description }) => description === STREAM);
    const stream: unknown = symbol === undefined ? undefined : Reflect.get(part, symbol);
    if (isObject(stream)) return stream;
  }
  return undefined;
}

/**
 * Whether the lines of pino are made pretty behind its stream, with each field on a line of its own. A file, a socket
 * and any other plain target get JSON. A transport in a worker is known from the options of nestjs-pino, and by the
 * name of its thread, which newer versions of Node and pino set. Any other worker is taken for a pretty one outside
 * production, and for one that ships JSON in production. A transforming stream in this thread is always taken for a
 * pretty one, because transports that ship lines have a worker.
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

/** `undefined` where it cannot be known. */
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

/** Whether a stream transforms lines and passes them on. */
function isTransform(stream: object): boolean {
  return typeof Reflect.get(stream, '_transform') === 'function';
}
