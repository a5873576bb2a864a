import { types } from 'node:util';
import { pinoStreamOf } from '../events/pino-output.js';
import { fieldOf, hasFields, hasMethods, isObject } from './shape.js';

interface Wrapper {
  /** The field in which it has the client that it works with. */
  readonly field: string;
  readonly methods: readonly string[];
  /** Whether the wrapper shows no methods of its own, so that the client must have them. */
  readonly isBare?: true;
}

const WRAPPERS: readonly Wrapper[] = [
  // Drizzle 0.36 and later, over any driver.
  { field: '$client', methods: ['select', 'insert', 'transaction'] },
  // The promise side of a pool of mysql2.
  { field: 'pool', methods: ['getConnection', 'releaseConnection', 'execute', 'end'] },
  // The promise side of a connection of mysql2.
  { field: 'connection', methods: ['beginTransaction', 'execute', 'unprepare', 'end'] },
  // A PrismaClient in the Proxy that its constructor returns, or one of `$extends()`, which works on the same engine. Prisma shows
  // no prototype of it, and 7 no field of one of `$extends()`.
  { field: '_originalClient', methods: ['$connect', '$disconnect', '$transaction'], isBare: true },
  // What `createClient()` of node-redis 5 returns, and clients of other command options that are made of it.
  { field: '_self', methods: ['sendCommand', 'connect'] },
];

/** How many wrappers a client may be in: Drizzle has the promise side of a pool of mysql2. */
const MOST_WRAPPERS = 3;

/** The client that a wrapper works with; the value itself where it is none. There may be several wrappers of one client. */
export function underlying(value: object): object {
  let client = value;
  for (let count = 0; count < MOST_WRAPPERS; count += 1) client = innerOf(client) ?? client;
  return client;
}

function innerOf(value: object): object | undefined {
  for (const { field, methods, isBare = false } of WRAPPERS) {
    const inner = fieldOf(value, field) ?? (isBare ? hiddenField(value, field, methods) : undefined);
    if (isObject(inner) && inner !== value && hasMethods(isBare ? inner : value, methods)) return inner;
  }
  return hasMethods(value, ['child', 'bindings', 'isLevelEnabled']) ? pinoStreamOf(value) : undefined;
}

/** The field of a Proxy that says that it has the field and these methods, and describes none of them. */
function hiddenField(value: object, field: string, methods: readonly string[]): unknown {
  const isThere = types.isProxy(value) && [field, ...methods].every((name) => name in value);
  return isThere ? Reflect.get(value, field) : undefined;
}

/** The providers of telemetry that a `NodeSDK` of OpenTelemetry has started; it has no other state. Read in 0.223. */
export function startedBy(value: object): object[] {
  if (!hasFields(value, { _configuration: 'object' }) || !hasMethods(value, ['start', 'shutdown'])) return [];
  return ['_tracerProvider', '_meterProvider', '_loggerProvider'].map((name) => fieldOf(value, name)).filter(isObject);
}

/**
 * The clients that a value stands for without being one: of an SDK what it has started, of Mongoose itself, which `mongoose.connect()` resolves
 * with, its connections (read in 7 to 9), and of a cluster of pools of mysql2 the pools (read in 3.24).
 */
export function clientsIn(value: object): object[] {
  return [...startedBy(value), ...mongooseConnections(value), ...clusterPools(value)];
}

function mongooseConnections(value: object): object[] {
  const connections = fieldOf(value, 'connections');
  const isMongoose = hasMethods(value, ['connect', 'createConnection', 'disconnect', 'model', 'startSession']);
  return isMongoose && Array.isArray(connections) ? connections.filter(isObject) : [];
}

function clusterPools(value: object): object[] {
  const nodes = fieldOf(value, '_nodes');
  if (!isObject(nodes) || !hasFields(value, { _serviceableNodeIds: 'object', _closed: 'boolean' })) return [];
  const entries: unknown[] = Object.values(nodes);
  return entries.map((node) => (isObject(node) ? fieldOf(node, 'pool') : undefined)).filter(isObject);
}
