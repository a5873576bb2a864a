import { closeSync, constants, fstatSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isObject } from '../errors/foreign-value.js';
import { type Outcome, type ShutdownReport } from '../report/shutdown-report.js';
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
 * has never been, and at the end; each time to a file beside it that is then renamed.
 */
export class StateFile {
  constructor(private readonly path: string) {}

  /**
   * What the last run has left; `undefined` where there is no file, or one that was not written here. It may be anything: a folder,
   * a pipe, a link to a large file.
   *
   * @throws what the file system throws, but for a file that is not there
   */
  read(): PreviousRun | undefined {
    const text = this.#readText();
    return text === undefined ? undefined : runOf(text);
  }

  /** @throws what the file system throws */
  begin(): void {
    this.#write({ state: 'running' });
  }

  /** @throws what the file system throws */
  end({ outcome, durationMs, requests }: ShutdownReport): void {
    this.#write({ state: 'ended', outcome, durationMs, interrupted: requests.interrupted.length });
  }

  #readText(): string | undefined {
    let file: number;
    try {
      // A pipe without a writer would be waited for.
      file = openSync(this.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
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
    const beside = `${this.path}.${process.pid}.tmp`;
    try {
      // A file of that name may be left by a process that was killed while it wrote.
      rmSync(beside, { force: true });
      writeFileSync(beside, `${JSON.stringify({ version: 1, ...state })}\n`, { flag: 'wx', mode: 0o600 });
      renameSync(beside, this.path);
    } catch (error) {
      rmSync(beside, { force: true });
      throw error;
    }
  }
}

function runOf(text: string): PreviousRun | undefined {
  const state = parsed(text);
  if (state?.['version'] !== 1) return undefined;
  if (state['state'] === 'running') return { outcome: 'killed', durationMs: 0, interrupted: 0 };
  const outcome = OUTCOMES.find((known) => known === state['outcome']);
  const durationMs = countOf(state['durationMs'], LONGEST_MS);
  const interrupted = countOf(state['interrupted'], Number.MAX_SAFE_INTEGER);
  if (outcome === undefined || durationMs === undefined || interrupted === undefined) return undefined;
  return { outcome, durationMs, interrupted };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Another file, or one that was cut: as if there were none. The caller tells of it.
    return undefined;
  }
}

function countOf(value: unknown, most: number): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= most ? value : undefined;
}
