import { createRequire } from 'node:module';
import type { Capability } from './machine.js';

/** As far as it is used. */
export interface PromClient {
  readonly Registry: new () => object;
  readonly Counter: new (options: {
    readonly name: string;
    readonly help: string;
    readonly registers: readonly object[];
  }) => { inc(count?: number): void };
  readonly Pushgateway: new (
    url: string,
    options: object,
    registry: object,
  ) => {
    pushAdd(job: { readonly jobName: string; readonly groupings?: Readonly<Record<string, string>> }): Promise<unknown>;
  };
}

const load = createRequire(__filename);

function isInstalled(): boolean {
  try {
    load.resolve('prom-client');
    return true;
  } catch {
    return false;
  }
}

/** prom-client is installed: loaded here alone, so that all else goes without it. */
export const promClientPackage: Capability = { name: 'prom-client', isAvailable: isInstalled() };

/** Loads it. */
export function promClient(): PromClient {
  // Its declarations say more than is used here.
  return load('prom-client') as PromClient;
}
