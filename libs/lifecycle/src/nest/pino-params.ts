import { type ModulesContainer } from '@nestjs/core';
import { isObject } from '../errors/foreign-value.js';

/** The token of nestjs-pino's options; read in nestjs-pino 3 and 4. */
const PARAMS = 'pino-params';

/**
 * The transports that were passed to nestjs-pino; pino itself does not keep them. `undefined` where the application
 * does not use nestjs-pino, or passed none.
 */
export function pinoTransports(modules: ModulesContainer): readonly object[] | undefined {
  for (const { providers } of modules.values()) {
    const params: unknown = providers.get(PARAMS)?.instance;
    const http: unknown = isObject(params) ? Reflect.get(params, 'pinoHttp') : undefined;
    const options: unknown = Array.isArray(http) ? http[0] : http;
    const transport: unknown = isObject(options) ? Reflect.get(options, 'transport') : undefined;
    if (isObject(transport)) return transportsOf(transport);
  }
  return undefined;
}

function transportsOf(transport: object): object[] {
  const several: unknown = Reflect.get(transport, 'targets') ?? Reflect.get(transport, 'pipeline');
  return Array.isArray(several) ? several.filter(isObject) : [transport];
}
