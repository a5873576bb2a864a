import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Endpoint } from '../../libs/rollout/src/network/balancer.js';
import { RequestBalancer } from '../../libs/rollout/src/network/request-balancer.js';
import { type Network } from '../../libs/rollout/src/network/network.js';
import { balancerWorld } from './balancer-world.js';
import { killAfterTest } from './started-programs.js';
import { TcpPeer } from './tcp-peer.js';

/** A pod whose service is written with Node's own server. */
export interface HttpPod extends Endpoint {
  readonly server: Server;
  /** How many connections it has accepted. */
  readonly accepted: () => number;
}

/** A balancer of requests, and what a test asks it. */
export async function startRequestBalancer(network: Partial<Network> = {}) {
  const world = balancerWorld({ balancer: 'request', ...network });
  const balancer = await RequestBalancer.start(world);
  killAfterTest({ kill: () => balancer.close() });
  const attemptsOf = (id: number) => balancer.attemptsOf({ requestId: `rehearsal-${id}` });
  return { balancer, attemptsOf, clock: world.clock, url: `http://127.0.0.1:${balancer.port}` };
}

export async function startHttpPod(pod: string, listener: RequestListener): Promise<HttpPod> {
  // Whatever a test does with time, the pod's own limits stay out of it.
  const server = createServer({ keepAliveTimeout: 0 }, listener);
  let accepted = 0;
  server.on('connection', () => (accepted += 1));
  killAfterTest({
    kill: async () => {
      server.close();
      server.closeAllConnections();
    },
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { pod, port: (server.address() as AddressInfo).port, server, accepted: () => accepted };
}

/** A raw client that has asked, with that number as `x-request-id`. */
export async function askRaw(
  port: number,
  id: number,
  line = 'GET / HTTP/1.1',
  ...headers: string[]
): Promise<TcpPeer> {
  const client = await TcpPeer.connect(port);
  client.send(rawRequest(id, line, ...headers));
  return client;
}

/** The head of a request. */
export function rawRequest(id: number, line = 'GET / HTTP/1.1', ...headers: string[]): string {
  return [line, 'Host: test', `X-Request-Id: rehearsal-${id}`, ...headers, '', ''].join('\r\n');
}

/** A short answer. */
export function rawAnswer(body: string, ...headers: string[]): string {
  return ['HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...headers, '', body].join('\r\n');
}
