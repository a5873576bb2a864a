import { lookup } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';
import { Settings } from '../stack/settings.js';
import { type InstanceStatus, readInstance } from '../stack/instance-status.js';
import { Upstreams } from './upstreams.js';

/** The status of the fleet. */
export interface FleetStatus {
  /** The worst of all instances. A service without an instance is `down`. */
  readonly status: 'up' | 'degraded' | 'down';
  readonly services: readonly { readonly name: string; readonly instances: readonly InstanceStatus[] }[];
  /** The circuit breakers of the gateway that was asked. */
  readonly breakers: Readonly<Record<string, string>>;
}

/** Asks every instance of every service that `FLEET_INSTANCES` names, on its probe port. */
@Injectable()
export class FleetStatusReader {
  private readonly targets: readonly { readonly name: string; readonly url: string }[];

  constructor(
    { variables }: Settings,
    private readonly upstreams: Upstreams,
  ) {
    this.targets = variables.FLEET_INSTANCES.split(/\s+/)
      .filter((written) => written !== '')
      .map((written) => ({
        name: written.slice(0, written.indexOf('=')),
        url: written.slice(written.indexOf('=') + 1),
      }));
  }

  async read(): Promise<FleetStatus> {
    const names = [...new Set(this.targets.map(({ name }) => name))];
    const services = await Promise.all(names.map(async (name) => ({ name, instances: await this.instancesOf(name) })));
    const { auth, diagrams } = this.upstreams;
    return { status: worstOf(services), services, breakers: { auth: auth.state, diagrams: diagrams.state } };
  }

  private async instancesOf(name: string): Promise<readonly InstanceStatus[]> {
    const urls = await Promise.all(
      this.targets.filter((target) => target.name === name).map(({ url }) => addressesOf(url)),
    );
    const read = await Promise.all(urls.flat().map((url) => readInstance(url)));
    return read.filter((instance) => instance !== undefined);
  }
}

/** One address for each pod of a headless Service; the address itself where it is one. */
async function addressesOf(url: string): Promise<readonly string[]> {
  const { protocol, hostname, port } = new URL(url);
  const found = await lookup(hostname, { all: true, family: 4 }).catch(() => []);
  return found.map(({ address }) => `${protocol}//${address}:${port}`);
}

function worstOf(services: FleetStatus['services']): FleetStatus['status'] {
  if (services.some(({ instances }) => !instances.some(({ isReady }) => isReady))) return 'down';
  const isUp = services.every(({ instances }) =>
    instances.every(({ status }) => status !== 'down' && status !== 'degraded'),
  );
  return isUp ? 'up' : 'degraded';
}
