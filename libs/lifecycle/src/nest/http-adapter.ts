import { Server } from 'node:net';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';

/** The Node server below an adapter, if there is one. */
export function serverOf(adapter: AbstractHttpAdapter | undefined, guard: Guard): Server | undefined {
  const server: unknown = guard('getHttpServer() of the HTTP adapter', undefined, (): unknown =>
    adapter?.getHttpServer(),
  );
  return server instanceof Server ? server : undefined;
}

const TIMEOUTS = ['keepAliveTimeout', 'requestTimeout', 'headersTimeout'] as const;

/**
 * The timeouts of an HTTP server in milliseconds, by their names with `Ms`; an HTTP/2 server does not have all of them.
 */
export function timeoutsOf(server: Server | undefined): Readonly<Record<string, number>> {
  const timeouts = TIMEOUTS.map((name): [string, unknown] => [`${name}Ms`, server && Reflect.get(server, name)]);
  return Object.fromEntries(timeouts.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

/**
 * Awaits `first` when the application starts: Nest calls the adapter's `init` before everything else then (11.2 and
 * 12.5).
 */
export function beforeAdapterStarts(adapter: AbstractHttpAdapter, first: () => Promise<void>): void {
  const original = adapter.init?.bind(adapter);
  adapter.init = async () => {
    await first();
    await original?.();
  };
}

/**
 * Awaits `first` before the adapter is told that it is about to close. After that Nest 12 answers 503 to every request
 * if `return503OnClosing` is set, which must not happen while routers still send requests. Nest 11 has no such step.
 */
export function beforeAdapterCloses(adapter: AbstractHttpAdapter, first: () => Promise<void>): void {
  const closable: Omit<AbstractHttpAdapter, 'beforeClose'> & { beforeClose?: () => unknown } = adapter;
  const original = closable.beforeClose;
  if (typeof original !== 'function') return;
  closable.beforeClose = async () => {
    await first();
    await original.call(adapter);
  };
}

/**
 * The servers that Fastify opens beside its main one for further addresses of `localhost`. They are in a private
 * property (read in Fastify 5.12.8). Where it does not exist any more, none is found, and their requests are not
 * counted.
 */
export function secondaryServers(adapter: AbstractHttpAdapter, guard: Guard): Server[] {
  const instance: unknown = guard('getInstance() of the HTTP adapter', undefined, () => adapter.getInstance());
  if (typeof instance !== 'object' || instance === null) return [];
  const key = Object.getOwnPropertySymbols(instance).find(
    ({ description }) => description === 'fastify.serverBindings',
  );
  const bindings: unknown = key === undefined ? [] : Reflect.get(instance, key);
  return Array.isArray(bindings) ? bindings.filter((server): server is Server => server instanceof Server) : [];
}
