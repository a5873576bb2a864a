import { fieldAt, hasMethods, isObject } from '../shape.js';

/** Destroys the socket of a client of pg. Private; where it has gone, the process ends with its connections. */
export function destroyPgSocket(client: unknown): void {
  const stream = isObject(client) ? fieldAt(client, 'connection', 'stream') : undefined;
  if (!isObject(stream) || !hasMethods(stream, ['destroy'])) return;
  Reflect.apply(Reflect.get(stream, 'destroy') as () => void, stream, []);
}
