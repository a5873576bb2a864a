import { amqpChannel } from './kinds/amqp-channel.js';
import { amqpConnection } from './kinds/amqp-connection.js';
import { amqpManager } from './kinds/amqp-manager.js';
import { amqpWrapper } from './kinds/amqp-wrapper.js';
import { bull } from './kinds/bull.js';
import { bullMq } from './kinds/bull-mq.js';
import { childProcess } from './kinds/child-process.js';
import { clientProxy } from './kinds/client-proxy.js';
import { httpAgent } from './kinds/http-agent.js';
import { ioredis } from './kinds/ioredis.js';
import { kafkaJs } from './kinds/kafka-js.js';
import { knex } from './kinds/knex.js';
import { mikroOrm } from './kinds/mikro-orm.js';
import { mongoClient } from './kinds/mongo-client.js';
import { mongoose } from './kinds/mongoose.js';
import { mqtt } from './kinds/mqtt.js';
import { mysql2Connection } from './kinds/mysql2-connection.js';
import { mysql2Pool } from './kinds/mysql2-pool.js';
import { nats } from './kinds/nats.js';
import { nodeRedis } from './kinds/node-redis.js';
import { openTelemetry } from './kinds/open-telemetry.js';
import { opossum } from './kinds/opossum.js';
import { pgClient } from './kinds/pg-client.js';
import { pgPool } from './kinds/pg-pool.js';
import { pinoStream } from './kinds/pino-stream.js';
import { piscina } from './kinds/piscina.js';
import { prisma } from './kinds/prisma.js';
import { pushgateway } from './kinds/pushgateway.js';
import { sentry } from './kinds/sentry.js';
import { sequelize } from './kinds/sequelize.js';
import { temporaryFolder } from './kinds/temporary-folder.js';
import { typeOrm } from './kinds/type-orm.js';
import { undici } from './kinds/undici.js';
import { winston } from './kinds/winston.js';
import { workerThread } from './kinds/worker-thread.js';
import { type ResourceKind } from './resource-kind.js';

/** Every kind of resource that is known. No value is of two kinds. A new one is a file in `kinds`, and a line here. */
export const RESOURCE_KINDS: readonly ResourceKind[] = [
  pgPool,
  pgClient,
  mysql2Pool,
  mysql2Connection,
  typeOrm,
  prisma,
  mikroOrm,
  sequelize,
  knex,
  mongoClient,
  mongoose,
  ioredis,
  nodeRedis,
  bullMq,
  bull,
  amqpConnection,
  amqpChannel,
  amqpManager,
  amqpWrapper,
  kafkaJs,
  nats,
  mqtt,
  clientProxy,
  opossum,
  undici,
  httpAgent,
  workerThread,
  piscina,
  childProcess,
  temporaryFolder,
  ...openTelemetry,
  sentry,
  pushgateway,
  pinoStream,
  winston,
];
