import type { DynamicModule, INestApplication, NestApplicationOptions } from '@nestjs/common';

/** What a variant adds to the service. */
export interface Setup {
  imports?(): Promise<DynamicModule[]>;
  readonly options?: NestApplicationOptions;
  beforeListen?(app: INestApplication): Promise<void> | void;
  afterListen?(app: INestApplication): Promise<void> | void;
}

/**
 * Loads a peer by its name. Peers are installed for the measurements alone, so the compiler does not know them; each
 * setup says which part of its peer it uses.
 */
export async function loadPeer<Peer extends object>(name: string): Promise<Peer> {
  const loaded = (await import(name)) as Partial<Peer> & { readonly default?: Partial<Peer> };
  const { default: common } = loaded;
  return (typeof common === 'function' ? common : { ...common, ...loaded }) as Peer;
}
