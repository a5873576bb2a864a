import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isObject } from '../errors/foreign-value.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { cutToBytes, MOST_BYTES, terminationMessage } from './termination-message.js';

const MESSAGES = Symbol.for('nestjs-lifecycle.termination-messages.v1');

/**
 * Writes how a shutdown ended to the file whose text Kubernetes shows as the reason why a container has ended. Where several
 * applications of one process stop, their messages follow each other, the one with the highest exit code first. The file is
 * mounted, so it is written in place, and never created.
 *
 * @returns whether there is such a file
 * @throws Error of the system when it cannot be written
 */
export function writeTerminationLog(path: string, report: ShutdownReport): boolean {
  const file = openExisting(path);
  if (file === undefined) return false;
  try {
    if (!fstatSync(file).isFile()) throw new Error(`${path} is no file`);
    writeSync(file, cutToBytes(withOthers(path, report), MOST_BYTES));
  } finally {
    closeSync(file);
  }
  return true;
}

/** `O_NONBLOCK`: opening a pipe that has no reader must not hang the process. */
function openExisting(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_TRUNC | constants.O_NONBLOCK);
  } catch (error) {
    if (isObject(error) && error['code'] === 'ENOENT') return undefined;
    throw error;
  }
}

interface Message {
  readonly exitCode: number;
  readonly text: string;
}

/** All copies of this package in the process share the messages. */
function withOthers(path: string, report: ShutdownReport): string {
  const shared = globalThis as { [MESSAGES]?: Map<string, Message[]> };
  const all = (shared[MESSAGES] ??= new Map<string, Message[]>());
  const messages = [...(all.get(path) ?? []), { exitCode: report.exitCode, text: terminationMessage(report) }];
  all.set(path, messages);
  return messages
    .toSorted((a, b) => b.exitCode - a.exitCode)
    .map(({ text }) => text)
    .join('\n\n');
}
