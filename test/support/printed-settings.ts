import { type PrintedSettings, parsePrintedSettings } from 'nestjs-lifecycle-manifest-check';
import { printedSettings } from 'nestjs-lifecycle/options';

interface Printing {
  /** The options that its code has written. Default: none. */
  readonly code?: unknown;
  /** The variables where it was printed. Default: none. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly server?: Readonly<Record<string, number>>;
}

/** What a service with these options prints in place of starting. */
export function textPrintedBy({ code = {}, variables = {}, server }: Printing): string {
  const variable = (name: string): string | undefined => variables[name];
  return printedSettings({ code, variable, platform: 'linux' }, server);
}

/** The same, as the manifest check reads it. */
export function printedBy(printing: Printing): PrintedSettings {
  return parsePrintedSettings(textPrintedBy(printing));
}
