/**
 * What the process in a pod's network is told. A port of `listen` that is taken by then is left out; the pod's own come before it.
 */
export type AgentOrder =
  | { readonly type: 'listen'; readonly ports: readonly number[]; readonly resolvers: readonly string[] }
  | { readonly type: 'dial'; readonly id: number; readonly host: string; readonly port: number }
  | { readonly type: 'give-up'; readonly id: number }
  | { readonly type: 'resolved'; readonly id: number; readonly data: string }
  | { readonly type: 'count' };

/** What it says. `opened` and `called` bring the connection itself. */
export type AgentReport =
  | { readonly type: 'listening'; readonly ports: readonly number[] }
  | { readonly type: 'opened'; readonly id: number }
  | { readonly type: 'refused'; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: 'called'; readonly host: string; readonly port: number }
  | { readonly type: 'asked'; readonly id: number; readonly server: string; readonly data: string }
  | { readonly type: 'counted'; readonly refused: number; readonly datagrams: number };

/**
 * The program of that process, in one text: it must start from compiled files and from sources alike. It opens connections to the pod and hands them
 * over, and hands out those that the pod opens to the ports it listens on. It never reads from them: what it had read would be lost. Once the rehearsal has
 * gone, it goes too.
 */
export const AGENT = `'use strict';
const dgram = require('node:dgram');
const net = require('node:net');
const { readFileSync } = require('node:fs');

const leave = () => process.exit(0);
process.on('disconnect', leave);
// The channel alone is not enough: with connections in its queue, Node does not always say that it has gone.
process.stdin.on('end', leave).on('error', leave).resume();
const say = (report, socket) => {
  if (process.connected) process.send(report, socket, {}, () => undefined);
};

const dialled = new Map();
let refusedToUs = 0;
const dial = ({ id, host, port }) => {
  const socket = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
  dialled.set(id, socket);
  socket.on('error', ({ code, message }) => {
    if (!dialled.delete(id)) return;
    refusedToUs += 1;
    say({ type: 'refused', id, code, message });
  });
  socket.on('connect', () => {
    socket.pause();
    dialled.delete(id);
    say({ type: 'opened', id }, socket);
  });
};
const giveUp = ({ id }) => {
  const socket = dialled.get(id);
  dialled.delete(id);
  if (socket !== undefined) socket.destroy();
};

const listenOn = (port) =>
  new Promise((resolve) => {
    const attempt = (host) => {
      const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, (socket) => {
        const { localAddress = '' } = socket;
        socket.on('error', () => undefined);
        say({ type: 'called', host: localAddress.replace(/^::ffff:/, ''), port }, socket);
      });
      server.on('error', ({ code }) => {
        // A machine without IPv6.
        if (host === '::' && code !== 'EADDRINUSE') attempt('0.0.0.0');
        else resolve([]);
      });
      server.listen({ port, host }, () => resolve([port]));
    };
    attempt('::');
  });

const questions = new Map();
let question = 0;
const resolveAt = (server) =>
  new Promise((resolve) => {
    const socket = dgram.createSocket(net.isIPv6(server) ? 'udp6' : 'udp4');
    socket.on('error', () => resolve());
    socket.on('message', (data, { address, port }) => {
      const id = (question += 1);
      questions.set(id, (answer) => socket.send(answer, port, address));
      say({ type: 'asked', id, server, data: data.toString('base64') });
    });
    socket.bind(53, server, () => resolve());
  });
const answer = ({ id, data }) => {
  const send = questions.get(id);
  questions.delete(id);
  if (send !== undefined) send(Buffer.from(data, 'base64'));
};

const listen = async ({ ports, resolvers }) => {
  await Promise.all(resolvers.map(resolveAt));
  const listening = await Promise.all(ports.map(listenOn));
  say({ type: 'listening', ports: listening.flat() });
};

// A line of names, and a line of numbers.
const counterOf = (text, table, name) => {
  const [names = [], numbers = []] = text.split('\\n').filter((line) => line.startsWith(table + ':')).map((line) => line.split(' '));
  return Number(numbers[names.indexOf(name)] ?? 0);
};
const count = () => {
  const text = readFileSync('/proc/self/net/snmp', 'latin1');
  const refused = counterOf(text, 'Tcp', 'AttemptFails') - refusedToUs;
  say({ type: 'counted', refused: Math.max(0, refused), datagrams: counterOf(text, 'Udp', 'NoPorts') });
};

const orders = { listen, dial, 'give-up': giveUp, resolved: answer, count };
process.on('message', (order) => orders[order.type](order));
`;
