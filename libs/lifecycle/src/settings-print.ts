import { Inject, Injectable } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { currentClock } from './deadline/clock.js';
import { guardToStderr } from './errors/foreign-call.js';
import { beforeAdapterStarts, serverOf, timeoutsOf } from './nest/http-adapter.js';
import { insteadOfListening } from './nest/rpc-targets.js';
import { isProduction } from './platform/platform.js';
import { PRINT_SETTINGS, printedSettings } from './options/printed-settings.js';
import { type OptionSources, readOptions, resolveSettings, settle } from './options/resolve-settings.js';
import { type Settings } from './options/settings.js';
import { printAndEnd, PrintAndEnd } from './signals/print-and-end.js';

/** How long providers may take to be created: where settings are printed there may be no database. */
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

  /**
   * The settings, where they are not to be printed. They are printed even if the service would not start with them.
   *
   * @throws InvalidOptionsError when the service cannot start with its options
   */
  resolve(sources: OptionSources): Settings | Promise<Settings> {
    if (sources.variable(PRINT_SETTINGS) !== '1') return resolveSettings(sources);
    const incomplete = (): string => printedSettings(sources);
    // Nest has null where it serves no HTTP; the adapter's server comes later.
    const adapter: AbstractHttpAdapter | null | undefined = this.adapterHost.httpAdapter;
    if (adapter === undefined || adapter === null) return printAndEnd(incomplete());
    const print = PrintAndEnd.await({
      complete: () => printedSettings(sources, timeoutsOf(serverOf(adapter, guardToStderr))),
      incomplete,
      patienceMs: PATIENCE_MS,
      clock: currentClock(),
    });
    beforeAdapterStarts(adapter, () => print.now());
    insteadOfListening(this.modules, () => void print.now());
    const place = { isProduction: isProduction(sources.variable), platform: sources.platform };
    return settle(readOptions(sources), place).settings;
  }
}
