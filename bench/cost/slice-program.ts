import { KeptConnections, type Slice } from './kept-connections.js';

/** A client of several services: a message with a slice of load, a message back with how many answers it got. */
const CONNECTIONS = 32;
const clients = new Map<number, Promise<KeptConnections>>();

process.on('message', ({ port, ms }: Slice) => {
  const client = clients.get(port) ?? KeptConnections.open(port, CONNECTIONS);
  clients.set(port, client);
  client
    .then((connections) => connections.ask(ms))
    .then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
