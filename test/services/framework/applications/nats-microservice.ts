import { Transport } from '@nestjs/microservices';
import { type FrameworkApplication } from '../run/application.js';
import { messageController } from '../run/message-controller.js';
import { messagesOver } from '../run/message-client.js';
import { SERVERS } from '../run/servers.js';

/** Of this process alone: several may share a broker. */
const prefix = `framework-${process.pid}-nats-microservice`;
const { host, port } = SERVERS.nats;

export const application: FrameworkApplication = {
  shows: 'a microservice over NATS',
  kinds: ['microservice'],
  needs: [SERVERS.nats],
  microservice: () => ({ transport: Transport.NATS, options: { servers: [`nats://${host}:${port}`] } }),
  module: ({ journal }) => ({ controllers: [messageController(prefix, journal)] }),
  masks: [/framework-\d+-/g],
  exchanges: [
    messagesOver(prefix, () => ({ transport: Transport.NATS, options: { servers: [`nats://${host}:${port}`] } })),
  ],
};
