import { connect, type Server, type Socket } from 'node:net';
import { reset } from '../../../libs/rollout/src/network/loopback-server.js';
import { type PlayedPod } from './played-pod.js';

/** Sends connections to pods in turn, as kube-proxy does: it learns late that one goes. */
export class PlayedFront {
  readonly #routed = new Set<PlayedPod>();
  #turn = 0;
  readonly #onConnection = (client: Socket): void => this.#connect(client);

  constructor(
    private readonly server: Server,
    private readonly pods: ReadonlySet<PlayedPod>,
    private readonly lagMs: number,
  ) {
    server.on('connection', this.#onConnection);
  }

  /** A new pod gets connections at once, one that goes still for a while. */
  route(): void {
    for (const pod of this.pods) {
      if (pod.isReady && !pod.isDeleted) this.#routed.add(pod);
    }
    for (const pod of this.#routed) {
      if (pod.isDeleted) setTimeout(() => this.#routed.delete(pod), this.lagMs);
    }
  }

  /** Leaves the server to others. */
  close(): void {
    this.server.off('connection', this.#onConnection);
  }

  #connect(client: Socket): void {
    const serving = [...this.pods].filter(({ isReady }) => isReady);
    // While no endpoint is ready, those that terminate and still serve have the connections (KEP-1669).
    const pods = this.#routed.size > 0 ? [...this.#routed] : serving;
    const pod = pods[(this.#turn += 1) % pods.length];
    client.on('error', () => client.destroy());
    if (pod?.port === undefined) return reset(client);
    const upstream = connect({ port: pod.port, host: '127.0.0.1' });
    upstream.on('error', () => reset(client));
    client.pipe(upstream).pipe(client);
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  }
}
