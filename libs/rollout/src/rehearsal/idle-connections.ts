import { type Socket } from 'node:net';
import { type RolloutEvent, type Timeline } from '../events/rollout-event.js';
import { isAllGrpc } from '../load/load-plan.js';
import { LOOPBACK } from '../network/loopback-server.js';
import { dialPod } from '../network/pod-ways.js';
import { type Scenario } from '../scenario/scenario.js';
import { trafficPort } from '../scenario/traffic-port.js';

/** `Keep-Alive: timeout=5`, in seconds; Node's server announces it. */
const ANNOUNCED = /^keep-alive:.*\btimeout=(\d+)/im;

/** The end of the head of an answer. */
const HEAD_END = '\r\n\r\n';

/** A head that is longer is none that is read. */
const LONGEST_HEAD = 64 * 1024;

/**
 * Keeps one idle connection to every pod that serves, past the balancer, and records after how long the service closes it. It asks once
 * for what the readiness probe asks, and is gone before the pod is stopped: a service may wait for it. The returned function ends all.
 */
export function watchIdleConnections(timeline: Timeline, { service, pod, load }: Scenario): () => void {
  // Clients of gRPC leave their connection open on purpose, and a server of gRPC does not speak HTTP/1.1.
  if (isAllGrpc(load)) return () => undefined;
  const traffic = trafficPort(service.ports);
  const probe = pod.readinessProbe?.action;
  const path = probe?.kind === 'http-get' && probe.containerPort === traffic?.containerPort ? probe.path : '/';
  const ports = new Map<string, number>();
  const open = new Map<string, () => void>();
  const end = (name: string): void => {
    open.get(name)?.();
    open.delete(name);
  };
  const begin = (name: string): void => {
    const port = ports.get(name);
    if (port === undefined || open.has(name)) return;
    open.set(
      name,
      idleConnection({ port, path, now: () => timeline.now() }, (known) => {
        timeline.record({ type: 'idle-timeout-known', pod: name, ...known });
      }),
    );
  };
  const follow = (event: RolloutEvent): void => {
    if (event.type === 'container-started' && traffic !== undefined) {
      const port = event.ports[traffic.name];
      if (port !== undefined) ports.set(event.pod, port);
    } else if (event.type === 'pod-ready') begin(event.pod);
    else if (event.type === 'pod-deleted' || event.type === 'signal-sent' || event.type === 'container-exited') {
      end(event.pod);
    }
  };
  const stopReading = timeline.read(follow);
  return () => {
    stopReading();
    for (const name of open.keys()) end(name);
  };
}

interface Target {
  readonly port: number;
  readonly path: string;
  readonly now: () => number;
}

/** What was learned of an idle timeout. */
interface Known {
  readonly ms: number;
  readonly isSeen: boolean;
}

/** Asks once and stays; a connection that the service does not close by itself tells nothing. */
function idleConnection({ port, path, now }: Target, onKnown: (known: Known) => void): () => void {
  let socket: Socket | undefined;
  const giveUp = dialPod(port)({
    opened: (opened) => {
      socket = opened;
      // Only the service closes its half of a connection that is to be idle; then this one ends as well.
      opened.allowHalfOpen = false;
      askOnce(opened, { path, now }, onKnown);
    },
    // A pod that has gone is told by others.
    refused: () => undefined,
  });
  return () => {
    giveUp();
    socket?.destroy();
  };
}

function askOnce(socket: Socket, { path, now }: Omit<Target, 'port'>, onKnown: (known: Known) => void): void {
  let head: string | undefined = '';
  let quietSince: number | undefined;
  socket.unref();
  socket.setEncoding('latin1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${LOOPBACK}\r\nConnection: keep-alive\r\n\r\n`);
  socket.on('data', (text: string) => {
    quietSince = now();
    if (head === undefined) return;
    head += text;
    const isWhole = head.includes(HEAD_END);
    if (!isWhole && head.length < LONGEST_HEAD) return;
    const isKept = !/^connection:\s*close/im.test(head);
    const announced = ANNOUNCED.exec(head.slice(0, head.indexOf(HEAD_END)))?.[1];
    head = undefined;
    if (!isKept) socket.destroy();
    else if (announced !== undefined) onKnown({ ms: Number(announced) * 1000, isSeen: false });
  });
  socket.on('end', () => {
    if (quietSince !== undefined && head === undefined) onKnown({ ms: now() - quietSince, isSeen: true });
  });
  // One that speaks no HTTP is told by others.
  socket.on('error', () => socket.destroy());
}
