import { type Setup } from './setup.js';

/** What Nest's documentation says. */
export const enableShutdownHooks: Setup = {
  beforeListen: (app) => void app.enableShutdownHooks(),
};

/** Answers 503 from the moment Nest begins to close. */
export const return503OnClosing: Setup = {
  ...enableShutdownHooks,
  options: { return503OnClosing: true },
};

/** The least there is between Nest's own close and the end. */
export const processExit: Setup = {
  beforeListen: (app) => {
    process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
  },
};
