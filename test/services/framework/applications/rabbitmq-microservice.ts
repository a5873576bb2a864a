import { Transport } from '@nestjs/microservices';
import { type FrameworkApplication } from '../run/application.js';
import { messageController } from '../run/message-controller.js';
import { messagesOver } from '../run/message-client.js';
import { SERVERS } from '../run/servers.js';

/** Of this process alone: several may share a broker. */
const prefix = `framework-${process.pid}-rabbitmq-microservice`;
const { host, port } = SERVERS.rabbitmq;

/** The queue of one run: it goes with its last consumer. */
const options = { urls: [`amqp://${host}:${port}`], queue: prefix, queueOptions: { durable: false, autoDelete: true } };

export const application: FrameworkApplication = {
  shows: 'a microservice over RabbitMQ',
  kinds: ['microservice'],
  needs: [SERVERS.rabbitmq],
  microservice: () => ({ transport: Transport.RMQ, options: options }),
  module: ({ journal }) => ({ controllers: [messageController(prefix, journal)] }),
  masks: [/framework-\d+-/g],
  exchanges: [messagesOver(prefix, () => ({ transport: Transport.RMQ, options: options }))],
};
