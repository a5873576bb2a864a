import { Inject, Injectable } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { currentClock } from './deadline/clock.js';
import { guardToStderr } from './errors/guard.js';
import { beforeAdapterStarts, serverOf, timeoutsOf } from './nest/http-adapter.js';
import { insteadOfListening } from './nest/rpc-targets.js';
import { PRINT_SETTINGS, printedSettings, readVariables } from './options/printed-settings.js';
import { type OptionSources } from './options/resolve-settings.js';
import { type Settings } from './options/settings.js';
import { printAndEnd, PrintAndEnd } from './signals/print-and-end.js';

/** How long providers may take to be created: whoever asks for settings has no database at hand. */
const PATIENCE_MS = 5000;

/**
 * What `SHUTDOWN_PRINT_SETTINGS=1` asks for: settings in place of a start. Where HTTP is served they are printed when
 * `main.ts` has configured its server and tells Nest to start, with the server's timeouts; elsewhere as soon as they
 * are known. In neither case is anything initialised, and nothing listens.
 */
@Injectable()
export class SettingsPrint {
  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {}

  /** The settings, where they are not asked for. */
  unlessAskedFor(settings: Settings, sources: OptionSources): Settings | Promise<Settings> {
    if (sources.variable(PRINT_SETTINGS) !== '1') return settings;
    const environment = readVariables(sources);
    const incomplete = (): string => printedSettings(settings, { environment });
    // Nest has null where it serves no HTTP; the adapter's server comes later.
    const adapter: AbstractHttpAdapter | null | undefined = this.adapterHost.httpAdapter;
    if (adapter === undefined || adapter === null) return printAndEnd(incomplete());
    const print = PrintAndEnd.await({
      complete: () => printedSettings(settings, { environment, server: timeoutsOf(serverOf(adapter, guardToStderr)) }),
      incomplete,
      patienceMs: PATIENCE_MS,
      clock: currentClock(),
    });
    beforeAdapterStarts(adapter, () => print.now());
    insteadOfListening(this.modules, () => void print.now());
    return settings;
  }
}
