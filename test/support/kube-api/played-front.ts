import { connect, type Server, type Socket } from 'node:net';
import { reset } from '../../../libs/rollout/src/network/loopback-server.js';
import { type PlayedPod } from './played-pod.js';

/**
 * Sends connections to pods in turn, as kube-proxy does: it learns late that one goes. It tells a pod that goes when nothing new comes to it any
 * more, and when its last connection has ended.
 */
export class PlayedFront {
  readonly #routed = new Set<PlayedPod>();
  readonly #open = new Map<PlayedPod, Set<Socket>>();
  #turn = 0;
  #isOver = false;
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
      if (pod.isDeleted) setTimeout(() => this.#forget(pod), this.lagMs);
    }
    this.#dismiss();
  }

  /** No pod comes after those that are there: they may go although none is left to have their requests. */
  end(): void {
    this.#isOver = true;
    this.#dismiss();
  }

  /** Leaves the server to others. */
  close(): void {
    this.server.off('connection', this.#onConnection);
  }

  #forget(pod: PlayedPod): void {
    this.#routed.delete(pod);
    this.#dismiss();
  }

  /** While no endpoint is ready, those that terminate and still serve have the connections (KEP-1669). */
  #dismiss(): void {
    if (this.#routed.size === 0 && !this.#isOver) return;
    for (const pod of this.pods) {
      if (!pod.isDeleted || this.#routed.has(pod)) continue;
      pod.say('leave');
      if (this.#openTo(pod).size === 0) pod.say('end');
    }
  }

  #openTo(pod: PlayedPod): Set<Socket> {
    const known = this.#open.get(pod) ?? new Set();
    this.#open.set(pod, known);
    return known;
  }

  #connect(client: Socket): void {
    const serving = [...this.pods].filter(({ isReady }) => isReady);
    const pods = this.#routed.size > 0 ? [...this.#routed] : serving;
    const pod = pods[(this.#turn += 1) % pods.length];
    client.on('error', () => client.destroy());
    if (pod?.port === undefined) return reset(client);
    const upstream = connect({ port: pod.port, host: '127.0.0.1' });
    const open = this.#openTo(pod).add(upstream);
    upstream.on('error', () => reset(client));
    client.pipe(upstream).pipe(client);
    upstream.on('close', () => {
      client.destroy();
      open.delete(upstream);
      this.#dismiss();
    });
    client.on('close', () => upstream.destroy());
  }
}
