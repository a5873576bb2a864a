import { isObject } from '../../errors/foreign-value.js';
import { callMethod, type Foreign } from '../foreign-instances.js';

/** A consumer as the package keeps it, by its tag. */
export interface RegisteredConsumer {
  readonly channel: object;
  readonly options: Foreign;
  /** Whether the broker waits for acknowledgements. */
  readonly isAcknowledging: boolean;
  /** Whether its handler gets messages in batches. */
  readonly isGathering: boolean;
}

/** The tag of the consumer that a message of amqplib was delivered to. */
export function consumerTagOf(message: Foreign): unknown {
  const { fields } = message;
  return isObject(fields) ? fields['consumerTag'] : undefined;
}

/** Says what is known of a consumer; `undefined` where that is nothing. */
export function registeredConsumer(connection: Foreign, tag: unknown): RegisteredConsumer | undefined {
  if (typeof connection['getConsumer'] !== 'function') return undefined;
  const consumer = callMethod(connection, 'getConsumer', tag);
  if (!isObject(consumer) || !isObject(consumer['channel'])) return undefined;
  const options = isObject(consumer['msgOptions']) ? consumer['msgOptions'] : {};
  const isAcknowledging = !isWithoutAcknowledgements(options);
  return { channel: consumer['channel'], options, isAcknowledging, isGathering: isObject(options['batchOptions']) };
}

function isWithoutAcknowledgements({ queueOptions }: Foreign): boolean {
  const consumerOptions = isObject(queueOptions) ? queueOptions['consumerOptions'] : undefined;
  return isObject(consumerOptions) && consumerOptions['noAck'] === true;
}

/** The queue of a consumer, or the exchange and the pattern of its keys: what is written in code, so that it carries no data. */
export function nameOf(consumer: RegisteredConsumer | undefined): string {
  if (consumer === undefined) return 'RabbitMQ message';
  const { queue, exchange, routingKey } = consumer.options;
  if (typeof queue === 'string' && queue !== '') return queue;
  return [exchange, routingKey].flat().filter(isText).join(' ');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
