import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The place of a call, as far as a stack shows it. */
export interface CallSite {
  /** `flush (src/telemetry.ts:12:5)`, with a path below the working directory where it lies there. */
  readonly text: string;
  /** The package it belongs to, `undefined` for the application's own code. */
  readonly packageName: string | undefined;
}

/** Between a call and the application there can be many frames of Nest and of bundlers. */
const DEPTH = 50;

/**
 * The current stack, with many frames. Never throws: libraries that map sources replace the function that makes stacks.
 */
export function currentStack(): string {
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = DEPTH;
    const { stack }: { readonly stack?: unknown } = new Error('only for its stack');
    return typeof stack === 'string' ? stack : '';
  } catch {
    // Without a stack the caller is unknown.
    return '';
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The code that called Node, which called us: the first frame above those of Node. */
export function callSiteOf(stack: string): CallSite | undefined {
  const frames = stack.split('\n').filter((line) => /^\s*at /.test(line));
  const ours = frames.findIndex(isNodes);
  const frame = ours === -1 ? undefined : frames.slice(ours).find((line) => !isNodes(line));
  return frame === undefined ? undefined : parseFrame(frame);
}

function isNodes(frame: string): boolean {
  return /\(?node:|<anonymous>\)?$|\(native\)/.test(frame);
}

/** The code that called `process.exit()`, if the stack has such a call; read in Node 20, 22, 24 and 26. */
export function callerOfExit(stack: string): CallSite | undefined {
  const lines = stack.split('\n');
  const exit = lines.findIndex((line) => /at (process\.)?(exit|reallyExit) \(node:internal\/process\//.test(line));
  if (exit === -1) return undefined;
  return (
    callSiteOf(lines.slice(exit).join('\n')) ?? {
      text: 'code that the stack does not show',
      packageName: undefined,
    }
  );
}

function parseFrame(frame: string): CallSite {
  const [, name, place = ''] = /^\s*at (?:(.*?) \()?(.*?)\)?$/.exec(frame) ?? [];
  const path = shorten(place.replace(/^async /, ''));
  const packageName = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(place)?.[1]?.replace('\\', '/');
  return { text: name === undefined ? path : `${name.replace(/^async /, '')} (${path})`, packageName };
}

function shorten(place: string): string {
  const [, file = place, position = ''] = /^(.*?)((?::\d+){0,2})$/.exec(place) ?? [];
  try {
    const path = file.startsWith('file://') ? fileURLToPath(file) : file;
    if (!isAbsolute(path)) return place;
    const below = relative(process.cwd(), path);
    return `${below.startsWith(`..${sep}`) || isAbsolute(below) ? path : below}${position}`;
  } catch {
    // The address is no path, or the working directory does not exist any more: it is shown as it is.
    return place;
  }
}
