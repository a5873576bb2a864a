import { Transport } from '@nestjs/microservices';
import { type FrameworkApplication } from '../run/application.js';
import { messageController } from '../run/message-controller.js';
import { messagesOver } from '../run/message-client.js';
import { SERVERS } from '../run/servers.js';

/** Of this process alone: several may share a broker. */
const prefix = `framework-${process.pid}-redis-microservice`;
const { host, port } = SERVERS.redis;

export const application: FrameworkApplication = {
  shows: 'a microservice over Redis',
  kinds: ['microservice'],
  needs: [SERVERS.redis],
  microservice: () => ({ transport: Transport.REDIS, options: { host, port } }),
  module: ({ journal }) => ({ controllers: [messageController(prefix, journal)] }),
  masks: [/framework-\d+-/g],
  exchanges: [messagesOver(prefix, () => ({ transport: Transport.REDIS, options: { host, port } }))],
};
