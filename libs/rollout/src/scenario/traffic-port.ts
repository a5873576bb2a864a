import { type ServicePort } from './scenario.js';

/** The port the clients' requests go to; a service without one gets no requests. */
export function trafficPort<Port extends ServicePort>(ports: readonly Port[]): Port | undefined {
  return ports.find(({ isTraffic }) => isTraffic);
}
