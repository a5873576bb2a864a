import { type Flaw, Flaws, INVALID, type Invalid } from './flaws.js';
import { plainPath } from './path-readings.js';
import { type ExemptSettings } from './settings.js';

/** Common paths of probes that applications write themselves, and of metrics. */
export const USUAL_PATHS = [
  '/health',
  '/health/live',
  '/health/ready',
  '/health/startup',
  '/healthz',
  '/livez',
  '/readyz',
  '/metrics',
];

const PATH = {
  allowed:
    "a path as clients write it, without parameters, with '/*' at the end for everything below, or '!' before it",
  example: "'/status'",
};

/** What is exempt by default. */
export const DEFAULT_EXEMPT: ExemptSettings = { usual: USUAL_PATHS, listed: [], except: [] };

/**
 * Paths as clients write them, with at most a star at the end for everything below; paths with a `!` are not exempt.
 */
export function parseExempt(value: unknown): ExemptSettings | Invalid {
  if (!Array.isArray(value)) return INVALID;
  const written: readonly unknown[] = value;
  const wrong = written.flatMap((path, index) => (isPath(path) ? [] : [flawAt(index, path, PATH)]));
  if (wrong.length > 0) return new Flaws(wrong);
  const paths = written.filter(isPath);
  const listed = paths.filter((path) => !path.startsWith('!'));
  const idle = paths.flatMap((path, index) =>
    isIdle(path, [...USUAL_PATHS, ...listed]) ? [flawAt(index, path, SOMETHING_EXEMPT)] : [],
  );
  if (idle.length > 0) return new Flaws(idle);
  return { ...DEFAULT_EXEMPT, listed, except: paths.filter((path) => path.startsWith('!')).map(withoutMark) };
}

/** A misspelt path with a `!` would leave a path exempt that the user expects to be waited for. */
const SOMETHING_EXEMPT = {
  allowed: `'!' before a path that would be exempt without it: below one that is listed, or ${USUAL_PATHS.join(', ')}`,
  example: "'!/metrics'",
};

function isIdle(path: string, exempt: readonly string[]): boolean {
  if (!path.startsWith('!')) return false;
  const except = withoutMark(path);
  return !exempt.some((other) => covers(except, other) || covers(other, except));
}

/** Whether a path covers another one, or begins it. */
function covers(path: string, other: string): boolean {
  const [here, there] = [bare(path), bare(other)];
  return here === there || (path.endsWith('/*') && there.startsWith(`${here}/`));
}

/** A path in the form in which it is compared later, for any spelling. */
function bare(path: string): string {
  return plainPath(path.replace(/\/\*?$/, ''));
}

function withoutMark(path: string): string {
  return path.slice(1);
}

function isPath(path: unknown): path is string {
  if (typeof path !== 'string' || !/^!?\/[^\s?#*]*\*?$/.test(path) || path.includes('/:')) return false;
  return !path.endsWith('*') || path.endsWith('/*');
}

function flawAt(index: number, received: unknown, remedy: { allowed: string; example: string }): Flaw {
  return { path: `[${index}]`, received, remedy };
}
