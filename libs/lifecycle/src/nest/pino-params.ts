import { type ModulesContainer } from '@nestjs/core';
import { isObject } from '../errors/foreign-value.js';

/** Under which token nestjs-pino keeps what it was set up with; read in nestjs-pino 3 and 4. */
const PARAMS = 'pino-params';

/**
 * The transports that nestjs-pino was given, which pino itself does not keep. `undefined` where the application does not
 * use it, or gave it none.
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
