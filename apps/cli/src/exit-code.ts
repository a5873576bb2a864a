/** What the commands exit with, the same for all of them. */
export const EXIT_CODE = {
  /** Nothing found, nothing lost. */
  clean: 0,
  /** Findings as bad as asked for; requests lost, or a fault seen. */
  found: 1,
  /** What was passed cannot be used. */
  unusable: 2,
  /** A defect of this program. */
  internal: 3,
  /** Ctrl-C ended a rehearsal on a cluster; what it had changed is undone. As shells say it: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;

/** One of them. */
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];
