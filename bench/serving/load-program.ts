import { generate, type Load } from './load-generator.js';

/** The load generator as a process of its own: a message with a load, a message back with how it went. */
process.on('message', (load: Load) => {
  generate(load).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
