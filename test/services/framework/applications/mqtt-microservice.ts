import { Transport } from '@nestjs/microservices';
import { type FrameworkApplication } from '../run/application.js';
import { messageController } from '../run/message-controller.js';
import { messagesOver } from '../run/message-client.js';
import { SERVERS } from '../run/servers.js';

/** Of this process alone: several may share a broker. */
const prefix = `framework-${process.pid}-mqtt-microservice`;
const { host, port } = SERVERS.mqtt;

export const application: FrameworkApplication = {
  shows: 'a microservice over MQTT',
  kinds: ['microservice'],
  needs: [SERVERS.mqtt],
  microservice: () => ({ transport: Transport.MQTT, options: { url: `mqtt://${host}:${port}` } }),
  module: ({ journal }) => ({ controllers: [messageController(prefix, journal)] }),
  masks: [/framework-\d+-/g],
  exchanges: [messagesOver(prefix, () => ({ transport: Transport.MQTT, options: { url: `mqtt://${host}:${port}` } }))],
};
