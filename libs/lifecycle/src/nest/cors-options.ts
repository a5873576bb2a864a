import { type IncomingMessage } from 'node:http';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { isPromiseLike } from '../traffic/wire/promise-like.js';
import { type Cors } from '../traffic/http/cors/cors.js';
import { replaceMethod } from '../patching/replace-method.js';

/** The symbol under which fastify-plugin keeps the name of a plugin, and the name of Fastify's own plugin for CORS. */
const PLUGIN_META = Symbol.for('plugin-meta');
const CORS_PLUGIN = '@fastify/cors';

/**
 * Reads the options that the application passes to `enableCors()`, to `NestFactory.create(…, { cors })`, and with
 * Fastify to `register(fastifyCors, …)`. Returns its undo.
 */
export function watchCors(adapter: AbstractHttpAdapter, cors: Cors, guard: Guard): () => void {
  const read = (options: unknown): void => guard('the options of CORS', undefined, () => enabled(options));
  const enabled = (options: unknown): void => {
    const instance: unknown = adapter.getInstance();
    const isFastify = adapter.getType() === 'fastify';
    cors.enabled({
      options: isFastify ? fastifyOptions(options, instance) : options,
      seenByOptions: (request) => (isFastify ? request : asExpressRequest(request, instance)),
    });
  };
  const undo = [
    watchMethod(adapter, 'enableCors', ([options]) => read(options)),
    watchMethod(adapter, 'register', ([plugin, options]) => whenPluginOfCors(plugin, () => read(options))),
  ];
  return () => {
    for (const restore of undo) restore();
  };
}

function watchMethod(adapter: object, name: string, onCall: (args: readonly unknown[]) => void): () => void {
  return replaceMethod(
    adapter,
    name,
    (original) =>
      function (this: unknown, ...args) {
        onCall(args);
        return Reflect.apply(original, this, args);
      },
  );
}

/** A plugin may be a function, a module, or the promise of one. Fastify reports a promise that rejects. */
function whenPluginOfCors(plugin: unknown, then: () => void): void {
  if (isPromiseLike(plugin)) {
    plugin.then(
      (loaded) => whenPluginOfCors(loaded, then),
      () => undefined,
    );
    return;
  }
  const found = typeof plugin === 'object' && plugin !== null ? (Reflect.get(plugin, 'default') as unknown) : plugin;
  if (typeof found !== 'function') return;
  const meta: unknown = Reflect.get(found, PLUGIN_META);
  if (typeof meta === 'object' && meta !== null && Reflect.get(meta, 'name') === CORS_PLUGIN) then();
}

/** A function of the options with one parameter gets the instance; one with two is called for each request. */
function fastifyOptions(options: unknown, instance: unknown): unknown {
  const made: unknown =
    typeof options === 'function' && options.length < 2 ? Reflect.apply(options, undefined, [instance]) : options;
  const delegator: unknown = typeof made === 'object' && made !== null ? Reflect.get(made, 'delegator') : undefined;
  return typeof delegator === 'function' ? delegator : made;
}

/** A request with `req.header()` and the like, made as Express itself makes it. */
function asExpressRequest(request: IncomingMessage, app: unknown): IncomingMessage {
  const prototype: unknown = typeof app === 'function' ? Reflect.get(app, 'request') : undefined;
  if (typeof prototype === 'object' && prototype !== null) Object.setPrototypeOf(request, prototype);
  return request;
}
