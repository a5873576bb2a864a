const EVENTS = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGUSR2',
  'exit',
  'beforeExit',
  'message',
  'warning',
  'uncaughtException',
  'uncaughtExceptionMonitor',
  'unhandledRejection',
] as const;

/** How many listen to each event of the process that a shutdown has to do with. */
export function processListeners(): Readonly<Record<string, number>> {
  // Typed apart per event, although every event can be counted.
  return Object.fromEntries(EVENTS.map((event) => [event, process.listenerCount(event as 'exit')]));
}
