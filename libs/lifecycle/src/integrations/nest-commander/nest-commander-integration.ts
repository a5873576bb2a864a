import { instanceWith } from '../foreign-instances.js';
import { type Integration } from '../integration.js';
import { isCommand } from './command-marks.js';

/** nest-commander: commands. Read in 3.20.1 and 3.21.0. */
export const nestCommanderIntegration: Integration = {
  name: 'nest-commander',
  sees: ['commands'],
  isMarked: (provider) => isCommand(provider.metatype) && instanceWith(provider, ['run']) !== undefined,
  load: async () => (await import('./followed-commands.js')).followCommands,
};
