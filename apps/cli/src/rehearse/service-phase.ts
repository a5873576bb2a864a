/** How a service with nestjs-lifecycle says which phase it has entered, in Nest's own log, in JSON, or by itself. */
const LINE = /\bphase:? "?(starting|ready|lame-duck|draining|closing|stopped)\b/;

/** The phase that a line of a log says its service has entered. */
export function servicePhase(line: string): string | undefined {
  return LINE.exec(line)?.[1];
}
