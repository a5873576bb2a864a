import { type ModulesContainer } from '@nestjs/core';

/** Token of Terminus' options; read in @nestjs/terminus 11.1.1 and 12.1.0. */
const TERMINUS_OPTIONS = 'TERMINUS:MODULE_OPTIONS';
/** Token of the delay itself, in milliseconds; read in @nestjs/terminus 11.0.0. */
const TERMINUS_DELAY = 'TERMINUS_GRACEFUL_SHUTDOWN_TIMEOUT';

/** Terminus' own shutdown delay, in milliseconds, if the application has set one. */
export function terminusShutdownDelay(modules: ModulesContainer): number | undefined {
  for (const module of modules.values()) {
    for (const wrapper of module.providers.values()) {
      const value: unknown = wrapper.instance;
      const ms = wrapper.token === TERMINUS_OPTIONS ? readDelay(value) : wrapper.token === TERMINUS_DELAY ? value : 0;
      if (typeof ms === 'number' && ms > 0) return ms;
    }
  }
  return undefined;
}

function readDelay(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('gracefulShutdownTimeoutMs' in value)) return undefined;
  return typeof value.gracefulShutdownTimeoutMs === 'number' ? value.gracefulShutdownTimeoutMs : undefined;
}
