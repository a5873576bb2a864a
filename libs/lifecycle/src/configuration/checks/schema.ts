import { type ConfigurationCheck } from '../configuration-check.js';

/** Clients that change the tables of a database by themselves when they connect. */
export const schema: ConfigurationCheck = {
  name: 'schema',
  run: ({ clients }) =>
    clients.flatMap(({ name, configuration: { changesSchema } }) =>
      changesSchema === undefined
        ? []
        : [
            {
              about: name,
              message: `${changesSchema} is on: it changes tables when it connects, and drops columns with their data`,
              remedy: `Type ${changesSchema.replace('true', 'false')}, and run migrations.`,
            },
          ],
    ),
};
