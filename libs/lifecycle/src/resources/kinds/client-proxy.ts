import { defineKind } from '../define-kind.js';
import { fieldOf, hasFields, hasMethods } from '../shape.js';
import { waitUntil } from '../wait-until.js';

/** A client of `@nestjs/microservices` 11 and 12, of any transport. */
interface ClientProxy {
  close(): unknown;
}

/** It can connect again, and does not show whether it has. `ClientsModule` gives its clients a hook that closes them. */
export const clientProxy = defineKind<ClientProxy>({
  title: 'Nest client',
  type: 'client',
  timeoutMs: 3000,
  is: (value): value is ClientProxy =>
    fieldOf(value, 'routingMap') instanceof Map &&
    hasFields(value, { _status$: 'object' }) &&
    hasMethods(value, ['send', 'emit', 'close', 'assignPacketId', 'createObserver']),
  closers: ['close', 'onApplicationShutdown'],
  openers: ['connect'],
  close: async (client, time) => {
    await waitUntil(() => repliesOf(client) === 0, time);
    await client.close();
  },
  unfinished: (client) => {
    const count = repliesOf(client);
    return count > 0 ? `${count} messages whose replies have not come` : undefined;
  },
  force: (client) => client.close(),
});

function repliesOf(client: ClientProxy): number {
  const routes = fieldOf(client, 'routingMap');
  return routes instanceof Map ? routes.size : 0;
}
