import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type CheckResult,
  type FindPrinted,
  parsePrintedSettings,
  type PrintedSettings,
  type SettingsQuestion,
} from 'nestjs-lifecycle-manifest-check';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { moduleFile } from '../app/run-app.js';
import { settingsOfApp } from './app-settings.js';
import { readAll } from '../read-text.js';

/** Where the settings of a service come from, by the flags of `check`. */
interface SettingsFlags {
  readonly app?: string;
  readonly settings?: string;
  readonly service?: string;
}

type Variables = SettingsQuestion['variables'];

/** Settings that were printed, or that an application is asked for: once for all who have the same variables. */
export class SettingsSource {
  readonly #answers = new Map<string, PrintedSettings>();

  constructor(
    private readonly service: string | undefined,
    private readonly ask: ((variables: Variables) => Promise<PrintedSettings>) | undefined,
  ) {}

  /**
   * Checks with what the service says. Who is there to be asked about shows in the check itself, so it is done again when
   * all of them have been.
   *
   * @throws UsageError when there is no workload of the name that was typed
   */
  async check(check: (settings: FindPrinted) => CheckResult): Promise<CheckResult> {
    for (;;) {
      const names = new Set<string>();
      const open = new Map<string, Variables>();
      const result = check(({ workload, variables }) => {
        if (workload !== undefined) names.add(workload);
        if (this.ask === undefined || !this.#isMeant(workload)) return undefined;
        const key = JSON.stringify(variables);
        const answer = this.#answers.get(key);
        if (answer === undefined) open.set(key, variables);
        return answer;
      });
      this.#refuseUnknown(names);
      if (this.ask === undefined || open.size === 0) return result;
      for (const [key, variables] of open) this.#answers.set(key, await this.ask(variables));
    }
  }

  #isMeant(workload: string | undefined): boolean {
    return this.service === undefined || workload === undefined || workload === this.service;
  }

  #refuseUnknown(names: ReadonlySet<string>): void {
    if (this.service === undefined || names.has(this.service)) return;
    const known = names.size === 0 ? 'there is none in these files' : `the workloads are: ${[...names].join(', ')}`;
    throw new UsageError(`--service ${this.service}: there is no such workload; ${known}`);
  }
}

/**
 * What the flags say of where the settings come from.
 *
 * @throws UsageError when they contradict each other, or what was printed cannot be read
 */
export async function settingsSource(
  paths: readonly string[],
  { app, settings, service }: SettingsFlags,
  terminal: Terminal,
): Promise<SettingsSource> {
  if (app !== undefined && settings !== undefined) {
    throw new UsageError('--app and --settings both say how the service stops: pass one of them');
  }
  if (app !== undefined) {
    const { cwd, env } = terminal;
    await moduleFile({ file: app, by: '--app' }, cwd);
    return new SettingsSource(service, (variables) => settingsOfApp(app, { cwd, env, variables }));
  }
  if (settings === undefined) return new SettingsSource(service, undefined);
  if (settings === '-' && paths.includes('-')) {
    throw new UsageError(
      'manifests and --settings cannot both come through the pipe: write one of them to a file, as in ' +
        'SHUTDOWN_PRINT_SETTINGS=1 node dist/main.js > settings.json',
    );
  }
  const printed = await readPrinted(settings, terminal);
  return new SettingsSource(service, () => Promise.resolve(printed));
}

async function readPrinted(file: string, { cwd, stdin }: Terminal): Promise<PrintedSettings> {
  if (file === '-') return parsePrintedSettings(await readAll(stdin), '<stdin>');
  const text = await readFile(resolve(cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `cannot read --settings ${file} (${error.code ?? error.message}): ` +
        'print them first with SHUTDOWN_PRINT_SETTINGS=1 node dist/main.js > settings.json',
    );
  });
  return parsePrintedSettings(text, file);
}
