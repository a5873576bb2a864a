import { UnusableInput } from 'nestjs-lifecycle-manifest-check';

/** What the system said when a file could not be read or written. */
export interface FileError {
  readonly code: string;
}

/** Whether the system refused something, as opposed to a defect here. */
export function isFileError(error: unknown): error is FileError {
  if (typeof error !== 'object' || error === null || !('syscall' in error)) return false;
  return 'code' in error && typeof error.code === 'string';
}

/** The report of a file or folder that is there and cannot be read. */
export function notReadable(path: string, { code }: FileError): UnusableInput {
  const words = {
    problem: `it cannot be read (${code}).`,
    remedy: isForbidden(code) ? `Allow it: chmod -R u+rX ${path}` : 'Leave it out, or name a regular file.',
  };
  return new UnusableInput({ code: 'NOT_READABLE', file: path, line: 1, column: 1, ...words });
}

/** The report of a file that cannot be mended. */
export function notWritable(path: string, { code }: FileError): UnusableInput {
  const words = {
    problem: `its fixes cannot be written (${code}), so it is as it was.`,
    remedy: isForbidden(code)
      ? `Allow it for the file, and for the folder that it is in: chmod u+w ${path}`
      : 'Write them where the file can be changed.',
  };
  return new UnusableInput({ code: 'NOT_WRITABLE', file: path, line: 1, column: 1, ...words });
}

/** The report of a link that leads out of the folder that was named. */
export function isOutside(path: string, real: string): UnusableInput {
  const words = {
    problem: `it is a link to ${real}, outside of what was named, so its fixes are not written.`,
    remedy: 'Name that file, or the folder that it is in, to mend it.',
  };
  return new UnusableInput({ code: 'NOT_WRITABLE', file: path, line: 1, column: 1, ...words });
}

/** The report of a file that has another text by now than the one that was checked. */
export function changedMeanwhile(path: string): UnusableInput {
  const words = {
    problem: 'it was changed while it was checked, so it is left as it is.',
    remedy: 'Run it once more.',
  };
  return new UnusableInput({ code: 'NOT_WRITABLE', file: path, line: 1, column: 1, ...words });
}

function isForbidden(code: string): boolean {
  return code === 'EACCES' || code === 'EPERM';
}
