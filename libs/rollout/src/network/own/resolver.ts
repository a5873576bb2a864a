import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';

/** After this time a resolver in the pod has given up or asked again (5 s by default in glibc). */
const ANSWER_MS = 10_000;

/** The servers that resolve names on this machine. */
export function resolvers(): readonly string[] {
  try {
    const lines = readFileSync('/etc/resolv.conf', 'utf8').split('\n');
    // A zone, as in fe80::1%eth0, names an interface that pods do not have.
    return lines.flatMap((line) => /^nameserver\s+([\da-f.:]+)\s*$/i.exec(line)?.slice(1) ?? []);
  } catch {
    // Without it this machine resolves no names of others, and neither do pods.
    return [];
  }
}

/** Asks a server of names on behalf of a pod. A question without an answer ends silently, as a datagram that is lost. */
export function ask(server: string, question: Buffer, onAnswer: (answer: Buffer) => void): void {
  const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4');
  const close = (): void => {
    clearTimeout(timer);
    socket.close();
  };
  const timer = setTimeout(close, ANSWER_MS).unref();
  socket.unref();
  socket.once('error', close);
  socket.once('message', (answer) => {
    onAnswer(answer);
    close();
  });
  socket.send(question, 53, server);
}
