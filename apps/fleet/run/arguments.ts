import { parseArgs } from 'node:util';

/** What `npm run fleet` and `npm run fleet:roll` are told. */
export interface Arguments {
  /** Whether services are rolled under load. Without it the fleet runs until Ctrl-C. */
  readonly isRoll: boolean;
  /** Rolls go on for this long, and every service is rolled once at least; 0 where rounds are counted. */
  readonly minutes: number;
  /** How often every service is rolled; 0 where minutes are counted. */
  readonly rounds: number;
  readonly replicas: number;
  readonly port: number;
  readonly pagePort: number;
}

/** What was typed is wrong. The message says what to type. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

const OPTIONS = {
  roll: { type: 'boolean', default: false },
  minutes: { type: 'string' },
  rounds: { type: 'string' },
  replicas: { type: 'string', default: '2' },
  port: { type: 'string', default: '3000' },
  page: { type: 'string', default: '4000' },
} as const;

const USAGE =
  'Type for example: npm run fleet:roll -- --minutes 5, or --rounds 3, --replicas 2, --port 3000, --page 4000';

/** @throws {ArgumentError} */
export function readArguments(args: readonly string[]): Arguments {
  const { roll, minutes, rounds, replicas, port, page } = parsed(args);
  if (minutes !== undefined && rounds !== undefined)
    throw new ArgumentError(`--minutes and --rounds exclude each other. ${USAGE}`);
  return {
    isRoll: roll,
    minutes: minutes === undefined ? 0 : numberOf('--minutes', minutes, { min: 0.1, max: 10_000 }),
    rounds: wholeOf('--rounds', rounds ?? (minutes === undefined ? '1' : '0'), {
      min: minutes === undefined ? 1 : 0,
      max: 100_000,
    }),
    replicas: wholeOf('--replicas', replicas, { min: 1, max: 10 }),
    port: wholeOf('--port', port, { min: 0, max: 65_535 }),
    pagePort: wholeOf('--page', page, { min: 0, max: 65_535 }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new ArgumentError(`${error instanceof Error ? error.message : String(error)}. ${USAGE}`, { cause: error });
  }
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function numberOf(name: string, written: string, { min, max }: Range): number {
  const value = Number(written);
  if (/^\d+(\.\d+)?$/.test(written) && value >= min && value <= max) return value;
  throw new ArgumentError(`${name} is "${written}", but it must be a number from ${min} to ${max}. ${USAGE}`);
}

function wholeOf(name: string, written: string, range: Range): number {
  if (/^\d+$/.test(written)) return numberOf(name, written, range);
  throw new ArgumentError(`${name} is "${written}", but it must be a whole number. ${USAGE}`);
}
