/** The port the clients' requests go to; a service without one gets no requests. */
export function trafficPort<Port extends { readonly isTraffic: boolean }>(ports: readonly Port[]): Port | undefined {
  return ports.find(({ isTraffic }) => isTraffic);
}
