/**
 * What a pod's processes find in `ROLLOUT_NETWORK`: the Services they can reach by name, and where their connections go on this machine.
 */
export interface NameTable {
  /** Addresses by host name, in lower case. Each Service has one of its own in 127.0.0.0/8, as it has a cluster IP in a cluster. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Ports of this machine by `address:port` of a Service. */
  readonly doors: Readonly<Record<string, number>>;
  /** Container ports by the ports that stand in for them in this pod: a variable that holds one may mean the port of another Service. */
  readonly standIns: Readonly<Record<string, number>>;
  /** Names that a cluster would know: a single label, `<name>.<one of these>`, and what ends with `.svc` and the like. */
  readonly namespaces: readonly string[];
  /** Where a name or a port that no Service has is told, a line of JSON each. */
  readonly misses: string;
}

/** The variable that holds the table. */
export const NETWORK_VARIABLE = 'ROLLOUT_NETWORK';

/** One line of the file of misses. */
export interface NameMiss {
  readonly host: string;
  /** Where the Service is there, and this port of it is not. */
  readonly port?: number;
}

/**
 * What is loaded into every process of Node in a pod, before the service itself: names of Services resolve, connections to them go where the
 * table says, and calls say on behalf of which request of the load they are sent. In one text, for it must start from compiled files
 * and from sources alike; it knows nothing but Node.
 */
export const NAME_PRELOAD = `'use strict';
const dns = require('node:dns');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const { AsyncLocalStorage } = require('node:async_hooks');
const { subscribe } = require('node:diagnostics_channel');
const { syncBuiltinESMExports } = require('node:module');

const LONGEST_LOOKUP_MS = 1000;

const table = JSON.parse(process.env.${NETWORK_VARIABLE} || 'null');
if (table !== null) install();

function install() {
  const { hosts, doors, standIns, namespaces, misses } = table;
  const addresses = new Set(Object.values(hosts));
  const told = new Set();

  const nameOf = (host) => String(host).toLowerCase().replace(/\\.$/, '');
  const addressOf = (host) => {
    const name = nameOf(host);
    if (Object.hasOwn(hosts, name)) return hosts[name];
    return addresses.has(name) ? name : undefined;
  };
  const tell = (miss) => {
    const line = JSON.stringify(miss);
    if (told.has(line)) return;
    told.add(line);
    try {
      fs.appendFileSync(misses, line + '\\n');
    } catch {}
  };
  const isOfCluster = (name) => {
    if (name === 'localhost' || net.isIP(name) !== 0) return false;
    const labels = name.split('.');
    if (labels.length === 1) return name !== require('node:os').hostname().toLowerCase();
    if (labels.length === 2) return namespaces.includes(labels[1]);
    return labels[2] === 'svc' && (labels.length === 3 || name.endsWith('.cluster.local'));
  };

  const doorOf = (host, port) => {
    const address = addressOf(host);
    if (address === undefined) return undefined;
    const own = doors[address + ':' + port] ?? doors[address + ':' + standIns[port]];
    if (own === undefined) tell({ host: nameOf(host), port });
    return own;
  };
  const throughDoor = (options) => {
    if (options === null || typeof options !== 'object' || options.path || options.host === undefined) return options;
    const door = doorOf(options.host, Number(options.port));
    return door === undefined ? options : { ...options, host: '127.0.0.1', port: door, lookup: undefined, family: 4 };
  };

  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...args) {
    const [first, second] = args;
    if (Array.isArray(first)) first[0] = throughDoor(first[0]);
    else if (first !== null && typeof first === 'object') args[0] = throughDoor(first);
    else if (typeof second === 'string') {
      const door = doorOf(second, Number(first));
      if (door !== undefined) args.splice(0, 2, door, '127.0.0.1');
    }
    return connect.apply(this, args);
  };

  const replace = (owner, name, make) => {
    const original = owner[name];
    if (typeof original !== 'function') return;
    const replaced = make(original);
    const kept = Object.getOwnPropertyDescriptors(original);
    for (const key of ['length', 'name', 'prototype', 'arguments', 'caller']) delete kept[key];
    owner[name] = Object.defineProperties(replaced, kept);
  };
  const notFound = (syscall, hostname) =>
    Object.assign(new Error(syscall + ' ENOTFOUND ' + hostname), { errno: -3008, code: 'ENOTFOUND', syscall, hostname });
  const familyOf = (options) => {
    const family = typeof options === 'number' ? options : options?.family;
    return family === 'IPv6' ? 6 : family;
  };
  const answerOf = (address, options) =>
    options?.all === true ? [[{ address, family: 4 }]] : [address, 4];
  const watch = (hostname, error) => {
    const name = nameOf(hostname);
    if (['ENOTFOUND', 'EAI_AGAIN', 'ENODATA', 'ESERVFAIL', 'ECONNREFUSED', 'ETIMEOUT'].includes(error?.code) && isOfCluster(name)) tell({ host: name });
  };

  // The DNS of a cluster says at once that a Service is not there; that of a laptop may ask others for a long time.
  const within = (hostname, done) => {
    if (!isOfCluster(nameOf(hostname))) return done;
    let isDone = false;
    const end = (error, ...answer) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      watch(hostname, error);
      done(error, ...answer);
    };
    const timer = setTimeout(() => end(notFound('getaddrinfo', hostname)), LONGEST_LOOKUP_MS);
    return end;
  };

  replace(dns, 'lookup', (lookup) => function (hostname, options, callback) {
    const done = typeof options === 'function' ? options : callback;
    const address = typeof hostname === 'string' && typeof done === 'function' ? addressOf(hostname) : undefined;
    if (address !== undefined) {
      const wanted = typeof options === 'function' ? undefined : options;
      if (familyOf(wanted) === 6) process.nextTick(done, notFound('getaddrinfo', hostname));
      else process.nextTick(done, null, ...answerOf(address, wanted));
      return {};
    }
    if (typeof done !== 'function') return lookup.apply(this, arguments);
    const watched = within(hostname, done);
    return typeof options === 'function' ? lookup.call(this, hostname, watched) : lookup.call(this, hostname, options, watched);
  });
  replace(dns.promises, 'lookup', (lookup) => async function (hostname, options) {
    const address = typeof hostname === 'string' ? addressOf(hostname) : undefined;
    if (address === undefined) {
      if (typeof hostname !== 'string' || !isOfCluster(nameOf(hostname))) return lookup.apply(this, arguments);
      return new Promise((resolve, reject) => {
        const done = within(hostname, (error, answer) => (error ? reject(error) : resolve(answer)));
        lookup.apply(this, arguments).then((answer) => done(null, answer), done);
      });
    }
    if (familyOf(options) === 6) throw notFound('getaddrinfo', hostname);
    return options?.all === true ? [{ address, family: 4 }] : { address, family: 4 };
  });
  for (const owner of [dns, dns.Resolver.prototype]) {
    replace(owner, 'resolve4', (resolve4) => function (hostname, options, callback) {
      const done = typeof options === 'function' ? options : callback;
      const address = typeof hostname === 'string' && typeof done === 'function' ? addressOf(hostname) : undefined;
      if (address === undefined) return resolve4.apply(this, arguments);
      process.nextTick(done, null, options?.ttl === true ? [{ address, ttl: 5 }] : [address]);
      return {};
    });
  }
  for (const owner of [dns.promises, dns.promises.Resolver.prototype]) {
    replace(owner, 'resolve4', (resolve4) => async function (hostname, options) {
      const address = typeof hostname === 'string' ? addressOf(hostname) : undefined;
      if (address === undefined) return resolve4.apply(this, arguments);
      return options?.ttl === true ? [{ address, ttl: 5 }] : [address];
    });
  }

  const origin = new AsyncLocalStorage();
  subscribe('http.server.request.start', ({ request }) => {
    const written = request.headers['x-rehearsal-request'] ?? request.headers['x-request-id'];
    origin.enterWith(/^rehearsal-\\d+$/.test(written) ? written : undefined);
  });
  replace(http.Agent.prototype, 'addRequest', (addRequest) => function (request, options, ...others) {
    const id = origin.getStore();
    const host = options?.hostname ?? options?.host;
    if (id !== undefined && host !== undefined && addressOf(host) !== undefined && !request.headersSent) {
      request.setHeader('x-rehearsal-request', id);
    }
    return addRequest.call(this, request, options, ...others);
  });
  subscribe('undici:request:create', ({ request }) => {
    const id = origin.getStore();
    const at = String(request.origin);
    if (id !== undefined && URL.canParse(at) && addressOf(new URL(at).hostname) !== undefined) {
      request.addHeader?.('x-rehearsal-request', id);
    }
  });

  syncBuiltinESMExports();
}
`;
