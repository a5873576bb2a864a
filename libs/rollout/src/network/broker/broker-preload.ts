/** What a pod's processes find in `ROLLOUT_BROKER`: the broker, and where their connections to it go on this machine. */
export interface BrokerTable {
  /** In lower case. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** The port of this machine that stands for it in this pod. */
  readonly to: number;
}

/** The variable that holds it. */
export const BROKER_VARIABLE = 'ROLLOUT_BROKER';

/**
 * What is loaded into every process of Node in a pod, before the service itself: connections to the broker go through the pod's own way to it,
 * whatever the service calls it. In one text, for it must start from compiled files and from sources alike.
 */
export const BROKER_PRELOAD = `'use strict';
const net = require('node:net');

const table = JSON.parse(process.env.${BROKER_VARIABLE} || 'null');
if (table !== null) install();

function install() {
  const isBroker = (host, port) =>
    Number(port) === table.port && table.hosts.includes(String(host ?? 'localhost').toLowerCase().replace(/^\\[|\\]$/g, ''));
  const through = (options) => {
    if (options === null || typeof options !== 'object' || options.path) return options;
    return isBroker(options.host, options.port)
      ? { ...options, host: '127.0.0.1', port: table.to, lookup: undefined, family: 4 }
      : options;
  };
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...args) {
    const [first, second] = args;
    if (Array.isArray(first)) first[0] = through(first[0]);
    else if (first !== null && typeof first === 'object') args[0] = through(first);
    else if (typeof second === 'string' && isBroker(second, first)) args.splice(0, 2, table.to, '127.0.0.1');
    return connect.apply(this, args);
  };
}
`;
