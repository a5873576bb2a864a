import { type DumpSignalName } from '../options/dump-option.js';
import { isNestListener } from '../signals/nest-signals.js';

const SHARED = Symbol.for('nestjs-lifecycle.dump-listeners.v1');

/** Listeners for dumps in this process, of all loaded copies of this package. */
function ownListeners(): WeakSet<object> {
  const shared = globalThis as { [SHARED]?: WeakSet<object> };
  return (shared[SHARED] ??= new WeakSet());
}

interface DumpSignalParts {
  readonly signal: DumpSignalName;
  readonly dump: () => void;
  readonly warn: (message: string) => void;
  readonly platform: NodeJS.Platform;
}

/**
 * Listens for the signal of dumps. Where other code listens to it as well, that code alone gets it, as without this: it may close the
 * application, or take its listener off and raise the signal again to end the process.
 */
export class DumpSignal {
  #isListening = false;

  constructor(private readonly parts: DumpSignalParts) {}

  start(): void {
    const { signal, platform, warn } = this.parts;
    if (platform === 'win32') {
      warn(`dump: '${signal}' has no effect on Windows, which has no such signal. Type dump: { page: true }.`);
      return;
    }
    if (this.#isListening) return;
    this.#isListening = true;
    ownListeners().add(this.#came);
    process.on(signal, this.#came);
  }

  stop(): void {
    this.#isListening = false;
    process.removeListener(this.parts.signal, this.#came);
  }

  /** Leaves the signal to other code that listens to it, if there is any, and says so. Returns whether there is. */
  leaveToOthers(): boolean {
    const { signal, warn } = this.parts;
    const others = process.listeners(signal).filter((listener) => !ownListeners().has(listener));
    if (!this.#isListening || others.length === 0) return false;
    this.stop();
    warn(others.some(isNestListener) ? heardByNest(signal) : heardByOthers(signal));
    return true;
  }

  readonly #came = (): void => {
    if (!this.leaveToOthers()) this.parts.dump();
  };
}

function heardByNest(signal: DumpSignalName): string {
  return (
    `dump: '${signal}' writes nothing, because Nest closes the application at it. ${other(signal)} ` +
    "Or give Nest a list without it: app.enableShutdownHooks(['SIGTERM', 'SIGINT'])."
  );
}

function heardByOthers(signal: DumpSignalName): string {
  return `dump: '${signal}' writes nothing, because other code of the process listens to it. ${other(signal)}`;
}

function other(signal: DumpSignalName): string {
  return signal === 'SIGUSR2' ? "Type dump: 'SIGTTIN'." : "Type dump: 'SIGUSR2', or dump: { page: true }.";
}
