import { Crowd, type CrowdCommand } from './crowd.js';

/** A crowd as a process of its own. */
const crowd = new Crowd();
process.on('message', (command: CrowdCommand) => {
  crowd.run(command).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
