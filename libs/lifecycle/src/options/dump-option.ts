import { INVALID, type Invalid, isInvalid } from './flaws.js';
import { type OptionField, parseParts } from './option-field.js';

/** Signals that may ask for a dump: the two that neither a platform nor a terminal ends a service with. */
export const DUMP_SIGNALS = ['SIGUSR2', 'SIGTTIN'] as const;

/** A signal that may ask for a dump. */
export type DumpSignalName = (typeof DUMP_SIGNALS)[number];

/** How a running service can be asked what it is doing. */
export interface DumpOptions {
  /**
   * The signal that writes it to the log. Nest closes the application at SIGUSR2 where `enableShutdownHooks()` has no list, and nodemon
   * restarts with it: SIGTTIN is neither's. Default: none.
   */
  readonly signal?: DumpSignalName | undefined;
  /** Serves it as JSON, `GET /lifecycle/dump` on the probe port, for requests from this machine alone. Default `false`. */
  readonly page?: boolean | undefined;
}

/** How it is asked for. */
export interface DumpSettings {
  readonly signal: DumpSignalName | undefined;
  readonly isServed: boolean;
}

/** It cannot be asked for. */
export const NO_DUMP: DumpSettings = { signal: undefined, isServed: false };

const SIGNALS_IN_WORDS = DUMP_SIGNALS.map((name) => `'${name}'`).join(' or ');

const PARTS = {
  signal: {
    allowed: SIGNALS_IN_WORDS,
    example: "'SIGTTIN'",
    parse: (value: unknown) => signalCalled(value) ?? INVALID,
  },
  page: {
    allowed: 'true or false',
    example: 'true',
    parse: (value: unknown) => (typeof value === 'boolean' ? value : INVALID),
  },
};

function parseDump(value: unknown): DumpSettings | Invalid {
  if (value === false) return NO_DUMP;
  if (typeof value === 'string') return parseSignal(value);
  const written = parseParts(value, PARTS);
  if (isInvalid(written)) return written;
  return { signal: written.signal, isServed: written.page ?? false };
}

function parseSignal(text: string): DumpSettings | typeof INVALID {
  const signal = signalCalled(text);
  return signal === undefined ? INVALID : { signal, isServed: false };
}

function signalCalled(value: unknown): DumpSignalName | undefined {
  return DUMP_SIGNALS.find((name) => name === value);
}

/** The option `dump`. */
export const DUMP_FIELD: OptionField<DumpSettings> & { readonly variable: string } = {
  page: 'holding',
  variable: 'SHUTDOWN_DUMP',
  allowedInVariable: `${DUMP_SIGNALS.join(' or ')}, or false`,
  allowed: `false, ${SIGNALS_IN_WORDS}, or { signal, page } and nothing else`,
  example: "'SIGTTIN'",
  fallback: 'false',
  purpose: 'the signal at which a running service writes what it is doing to the log; page: true serves it as JSON',
  parse: parseDump,
  parseVariable: (text) => {
    const word = text.trim();
    return word.toLowerCase() === 'false' ? NO_DUMP : parseSignal(word.toUpperCase());
  },
};
