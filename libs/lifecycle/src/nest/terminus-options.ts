import { type ModulesContainer } from '@nestjs/core';

/** Token of Terminus' options; read in @nestjs/terminus 11.1.1 and 12.1.0. */
const TERMINUS_OPTIONS = 'TERMINUS:MODULE_OPTIONS';

/** Terminus' own shutdown delay, in milliseconds, when somebody has set one. */
export function terminusShutdownDelay(modules: ModulesContainer): number | undefined {
  for (const module of modules.values()) {
    for (const wrapper of module.providers.values()) {
      if (wrapper.token !== TERMINUS_OPTIONS) continue;
      const ms = readDelay(wrapper.instance);
      if (ms !== undefined && ms > 0) return ms;
    }
  }
  return undefined;
}

function readDelay(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('gracefulShutdownTimeoutMs' in value)) return undefined;
  return typeof value.gracefulShutdownTimeoutMs === 'number' ? value.gracefulShutdownTimeoutMs : undefined;
}
