import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isObject } from '../errors/foreign-value.js';
import { type Outcome, type ShutdownReport } from '../report/shutdown-report.js';
import { replaceFile } from '../report-outputs/replace-file.js';
import { OUTCOMES } from './instruments.js';

/** More than a state is never read. */
const MOST_BYTES = 4096;
/** A week: no shutdown takes longer, so a number above it was not written by us. */
const LONGEST_MS = 7 * 24 * 60 * 60 * 1000;

/** How the run before this one ended. */
export interface PreviousRun {
  /** `killed`: it has begun and left no outcome. */
  readonly outcome: Outcome | 'killed';
  readonly durationMs: number;
  readonly interrupted: number;
}

/**
 * Keeps the outcome of a run for the next one, in a file. Written at the start, so that a process that was killed can be told from one that
 * has never been, and at the end.
 */
export class StateFile {
  constructor(private readonly path: string) {}

  /**
   * What the last run has left; `undefined` where there is no file, or an empty one; `foreign` where it was not written here, or is damaged. It
   * may be anything: a folder, a pipe, a link to a large file.
   *
   * @throws what the file system throws, but for a file that is not there
   */
  read(): PreviousRun | 'foreign' | undefined {
    const text = this.#readText();
    return text === '' ? undefined : runOf(text);
  }

  /** @throws what the file system throws */
  begin(): void {
    this.#write({ state: 'running' });
  }

  /** @throws what the file system throws */
  end({ outcome, durationMs, requests }: ShutdownReport): void {
    this.#write({ state: 'ended', outcome, durationMs, interrupted: requests.interrupted.length });
  }

  /** Empty where there is no file; `undefined` where it is none of ours. */
  #readText(): string | undefined {
    let file: number;
    try {
      // A pipe without a writer would be waited for.
      file = openSync(this.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      if (isObject(error) && error['code'] === 'ENOENT') return '';
      throw error;
    }
    try {
      const { size } = fstatSync(file);
      if (!fstatSync(file).isFile() || size > MOST_BYTES) return undefined;
      const bytes = Buffer.alloc(size);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, size, 0));
    } finally {
      closeSync(file);
    }
  }

  #write(state: object): void {
    replaceFile(this.path, `${JSON.stringify({ version: 1, ...state })}\n`);
  }
}

function runOf(text: string | undefined): PreviousRun | 'foreign' {
  const state = text === undefined ? undefined : parsed(text);
  if (state?.['version'] !== 1) return 'foreign';
  if (state['state'] === 'running') return { outcome: 'killed', durationMs: 0, interrupted: 0 };
  const outcome = OUTCOMES.find((known) => known === state['outcome']);
  const durationMs = numberOf(state['durationMs'], LONGEST_MS);
  const interrupted = numberOf(state['interrupted'], Number.MAX_SAFE_INTEGER);
  if (outcome === undefined || durationMs === undefined || interrupted === undefined) return 'foreign';
  return { outcome, durationMs, interrupted };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // The log says that it is no state, which is more than where its JSON ends.
    return undefined;
  }
}

function numberOf(value: unknown, most: number): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= most ? value : undefined;
}
