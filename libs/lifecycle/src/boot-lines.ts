import { type NestServices } from './nest/nest-services.js';
import { terminusShutdownDelay } from './nest/terminus-options.js';
import { logSettings } from './engine/boot-lines.js';
import { type Wiring } from './wiring.js';

/** When the boot is over, user code gets this long to call `enableShutdownHooks()` before it is reminded. */
const REMINDER_MS = 500;

/** What the log says when the application has been bootstrapped: how it will stop, and what is wrong with that. */
export function logBoot(wiring: Wiring, nest: NestServices, brokenOrder: string | undefined): void {
  const { log, settings, guard, unseen } = wiring;
  if (brokenOrder !== undefined) {
    log.error(
      `The order of shutdown hooks does not hold: ${brokenOrder}. Other providers may be destroyed while requests run. ` +
        'Please report this with the versions of @nestjs/core and nestjs-lifecycle.',
    );
  }
  const reporters = { warn: (text: string): void => log.warn(text), unseen };
  if (settings.enabled) nest.microservices.reportUnseen(nest.discovery, reporters);
  const delayMs = guard('reading the options of Terminus', undefined, () => terminusShutdownDelay(nest.modules));
  if (delayMs !== undefined && settings.enabled) {
    log.warn(
      `Terminus waits gracefulShutdownTimeoutMs (${delayMs} ms) after everything has been drained, for nothing. ` +
        "Remove it from TerminusModule.forRoot() and type lameDuck: '5s' in GracefulShutdownModule.forRoot() instead.",
    );
  }
  logSettings(wiring);
}

/**
 * Reminds of what a `main.ts` may still do right after the boot: `enableShutdownHooks()`, listening, and listeners for
 * signals of its own. Returns the undo of each.
 */
export function startReminders(wiring: Wiring): (() => void)[] {
  const { settings, processEnd, log, startUp, clock, foundServers, inFlight, state } = wiring;
  if (!settings.enabled) return [];
  const remind = (): void => {
    // Who runs a command closes the application after it, and Nest's own hooks run then.
    const isCommandLine = inFlight.active().some(({ kind }) => kind === 'command');
    // Of a command that a signal has ended nothing shows any more that it was one.
    const isTooLate = state.hasBegun;
    if (startUp.isComplete && !processEnd.isHeardElsewhere && !isCommandLine && !isTooLate) {
      log.warn(
        'app.enableShutdownHooks() was not called, so on a signal requests are drained and shutdown hooks run, but ' +
          'no onModuleDestroy of any provider. Type app.enableShutdownHooks() after NestFactory.create().',
      );
    }
  };
  const tell = (): void => processEnd.logForeignListeners();
  return [clock.meanwhile(REMINDER_MS, remind), foundServers.remind(), clock.meanwhile(REMINDER_MS, tell)];
}
